/**
 * Writes what was checked: all of it, or the good rows where only those are asked for. Everything is
 * checked once more inside the transaction, because the vault went on while people were looking.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonical } from '../../canonical/canonical.ts';
import type { ImportMapping } from '../../contract/imports.ts';
import { invariant } from '../../errors/refusal.ts';
import type { DestinationId, ImportId, PayeeId } from '../../ids/ids.ts';
import { createPayees } from '../../payees/bulk.ts';
import { NOT_SCREENED, type Screened } from '../../payees/screening.ts';
import type { AddressCheckers, Resolutions } from '../../rails/address.ts';
import type { Work } from '../../store/command.ts';
import { insertRows } from '../../store/insert-rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { PayoutRecord } from '../repository.ts';
import { type PayoutRequest, requestPayouts } from '../request.ts';
import { type Checked, checkRows, type Step } from './check.ts';
import { badRows, duplicateFile, nothingGood, staleImport } from './errors.ts';
import { type CheckedRow, isGood, type NewPayee } from './judge-row.ts';
import type { ReadRow } from './read-row.ts';
import { importedBefore, rememberMapping } from './records.ts';
import { type ImportTotals, totalsOf } from './totals.ts';

export interface ImportOrder {
  readonly file: { readonly name: string; readonly sha256: string; readonly format: 'csv' | 'xlsx' | 'rows' };
  readonly rows: readonly ReadRow[];
  /** How the file's columns were read; null for rows that never were a file. */
  readonly reading: { readonly fingerprint: string; readonly mapping: ImportMapping } | null;
  readonly checkers: AddressCheckers;
  /** What names stood for in the check that a person looked at. */
  readonly names: Resolutions;
  readonly createPayees: boolean;
  readonly onlyGoodRows: boolean;
  /** Also when the same file was imported before. */
  readonly insist: boolean;
  /** The digest of the check that a person looked at. */
  readonly digest: string;
  /** What the deny-list says of the payees that are new; asked before the transaction. */
  readonly screened?: Screened;
}

export interface ImportResult {
  readonly batchId: ImportId;
  readonly payouts: number;
  readonly payeesCreated: number;
  readonly leftOut: number;
  readonly totals: ImportTotals[];
}

export interface ImportSteps {
  readonly checking: Step;
  readonly writing: Step;
}

/** Payouts written between two steps. */
const CHUNK = 5_000;

export async function commitImport(work: Work, order: ImportOrder, steps: ImportSteps): Promise<ImportResult> {
  await oneImportAtATime(work.tx);
  const earlier = await importedBefore(work.tx, order.file.sha256);
  if (earlier && !order.insist) throw duplicateFile(earlier);

  const { checkers, names, createPayees: mayCreate } = order;
  const settings = { checkers, names, createPayees: mayCreate, nowMs: work.nowMs };
  const source = { count: order.rows.length, rows: (from: number, to: number) => order.rows.slice(from, to) };
  const checked = await checkRows(work.tx, source, settings, steps.checking);
  if (checked.digest !== order.digest) throw staleImport();
  const good = checked.rows.filter(isGood);
  refuseBadRows(checked, good, order.onlyGoodRows);

  const id = work.ids.next('import');
  const created = await createNewPayees(work, checked.newPayees, order.screened ?? NOT_SCREENED);
  const payouts: PayoutRecord[] = [];
  for (let from = 0; from < good.length; from += CHUNK) {
    const requests = good.slice(from, from + CHUNK).map((row) => requestOf(id, row, created));
    // One entry and one event stand for them all.
    for (const payout of await requestPayouts(work, requests, () => undefined)) payouts.push(payout);
    await steps.writing(payouts.length);
  }
  return record(work, id, order, checked, good, payouts);
}

/** Two imports at once would not see each other's references. SQLite has one writer anyway. */
async function oneImportAtATime(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') await tx.run(sql`select one from vault where one = 1 for update`);
}

function refuseBadRows({ rows }: Checked, good: readonly CheckedRow[], onlyGoodRows: boolean): void {
  const bad = rows.length - good.length;
  const first = rows.find((row) => !isGood(row));
  const [problem] = first?.problems ?? [];
  if (bad > 0 && !onlyGoodRows) throw badRows(bad, first && problem ? { line: first.line, ...problem } : null);
  if (good.length === 0) throw nothingGood();
}

interface CreatedPayee {
  readonly payeeId: PayeeId;
  readonly destinationId: DestinationId;
}

/** By reference. */
async function createNewPayees(
  work: Work,
  payees: readonly NewPayee[],
  screened: Screened,
): Promise<ReadonlyMap<string, CreatedPayee>> {
  if (payees.length === 0) return new Map();
  const rows = payees.map(({ reference, name, email, destination }) => ({
    reference,
    name,
    email,
    destination: withoutEmpty(destination),
  }));
  const created = await createPayees(work, rows, screened);
  return new Map(
    created.map((payee) => {
      const [destination] = payee.destinations;
      invariant(destination, `new payee ${payee.id} has the destination of its row`);
      return [payee.reference, { payeeId: payee.id, destinationId: destination.id }];
    }),
  );
}

function withoutEmpty({ rail, address, memo, extraId, currency, federation }: NewPayee['destination']) {
  return {
    rail,
    address,
    ...(memo === null ? {} : { memo }),
    ...(extraId === null ? {} : { extraId }),
    ...(currency === null ? {} : { currency }),
    ...(federation === null ? {} : { federation }),
  };
}

function requestOf(id: ImportId, row: CheckedRow, created: ReadonlyMap<string, CreatedPayee>): PayoutRequest {
  const { payee, newPayee, destination, asset, amountMinor, dueAtMs, statement } = row;
  const whom = newPayee
    ? created.get(newPayee.reference)
    : payee && destination && { payeeId: payee.id, destinationId: destination.id };
  invariant(whom && asset && amountMinor !== null, `line ${row.line} is good and complete`);
  return {
    reference: row.texts.reference,
    ...whom,
    assetId: asset.id,
    amountMinor,
    idempotencyKey: `import:${id}:${row.line}`,
    source: 'file',
    ...(dueAtMs === null ? {} : { dueAtMs }),
    // What a statement says is owed already.
    ...(statement ? { statementId: statement.id, funding: 'balance' as const } : {}),
  };
}

async function record(
  work: Work,
  id: ImportId,
  order: ImportOrder,
  checked: Checked,
  good: readonly CheckedRow[],
  payouts: readonly PayoutRecord[],
): Promise<ImportResult> {
  const { file, reading } = order;
  const result = {
    batchId: id,
    payouts: payouts.length,
    payeesCreated: checked.newPayees.length,
    leftOut: checked.rows.length - good.length,
    totals: totalsOf(checked.rows),
  };
  const itemsHash = hashOf(payouts);
  const totals = result.totals.map((total) => ({ ...total }));
  await work.tx.write
    .insertInto('imports')
    .values({
      id,
      file_name: file.name,
      sha256: file.sha256,
      format: file.format,
      payouts: BigInt(result.payouts),
      payees_created: BigInt(result.payeesCreated),
      left_out: BigInt(result.leftOut),
      totals: canonical(totals),
      items_hash: itemsHash,
      imported_at_ms: BigInt(work.nowMs),
      imported_by: work.actor.id,
    })
    .execute();
  await insertRows(
    work.tx,
    'import_payouts',
    { payout_id: 'text', import_id: 'text', line: 'bigint' },
    payouts.map((payout, index) => ({ payout_id: payout.id, import_id: id, line: BigInt(good[index]?.line ?? 0) })),
  );
  if (reading) await rememberMapping(work, reading.fingerprint, reading.mapping);
  const { payouts: count, payeesCreated, leftOut } = result;
  work.audit({
    action: 'payouts.import',
    subject: `import:${id}`,
    details: {
      file: file.name,
      sha256: file.sha256,
      payouts: count,
      payeesCreated,
      leftOut,
      totals,
      itemsHash,
      insisted: order.insist,
    },
  });
  work.emit({ name: 'payouts.imported', subject: `import:${id}`, payload: { payouts: count, payeesCreated } });
  return result;
}

/** SHA-256 over each payout's canonical form and a line feed, in the order of the lines. */
function hashOf(payouts: readonly PayoutRecord[]): string {
  const hash = createHash('sha256');
  for (const { id, reference, payeeId, destination, assetId, amountMinor, dueAtMs, statementId } of payouts) {
    const item = {
      id,
      reference,
      payeeId,
      destination,
      assetId,
      amountMinor: amountMinor.toString(),
      dueAtMs,
      statementId,
    };
    hash.update(`${canonical(item)}\n`);
  }
  return hash.digest('hex');
}
