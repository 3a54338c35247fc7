/**
 * Royalty statements: what a creator earned in a period, line by line. With a statement its total
 * is owed; payouts that name it pay from what is owed.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { refreshQueue } from '../approvals/queue/refresh.ts';
import { canonical } from '../canonical/canonical.ts';
import type { LedgerKind } from '../contract/ledger-records.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayeeId, PayoutId, StatementId } from '../ids/ids.ts';
import { type AccountSpec, obligationsAccount, openAccounts, payeeAccount } from '../ledger/accounts.ts';
import { unknownAsset } from '../ledger/errors.ts';
import { type LedgerDraft, POST_MANY_MAX, postMany } from '../ledger/posting.ts';
import { STATEMENT_DEBT } from '../ledger/reversal.ts';
import type { AssetId } from '../money/assets.ts';
import { INT64_MAX } from '../money/minor.ts';
import { payeeClosed, unknownPayee } from '../payees/errors.ts';
import { idRows } from '../payees/payees.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import { claimedFrom, held } from './claim.ts';
import { periodWrong, statementReferenceTaken, totalWrong, unknownStatement } from './errors.ts';

export interface StatementLineInput {
  readonly description: string;
  readonly quantity?: string | null | undefined;
  /** A deduction is below zero. */
  readonly amountMinor: bigint;
}

export interface NewStatement {
  readonly reference: string;
  readonly payeeId: string;
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly assetId: AssetId;
  readonly lines: readonly StatementLineInput[];
  /** The sender's own sum, if there is one. */
  readonly totalMinor?: bigint | undefined;
}

export interface CreatedStatement {
  readonly id: StatementId;
  readonly reference: string;
  readonly payeeId: PayeeId;
  readonly assetId: AssetId;
  readonly totalMinor: bigint;
}

export async function createStatement(work: Work, input: NewStatement): Promise<CreatedStatement> {
  const [statement] = await createStatements(work, [input]);
  invariant(statement, 'one statement in, one out');
  return statement;
}

/** All of them or none, in a handful of statements of SQL; in the order given. */
export async function createStatements(
  work: Work,
  inputs: readonly NewStatement[],
): Promise<readonly CreatedStatement[]> {
  await refuseUnknown(work, inputs);
  const statements = inputs.map((input) => ({
    input,
    created: {
      id: work.ids.next('statement'),
      reference: input.reference,
      payeeId: input.payeeId as PayeeId,
      assetId: input.assetId,
      totalMinor: totalOf(input),
    },
  }));
  await insertStatements(work, statements);
  await postOwed(
    work,
    statements.map(({ created }) => ({ ...created, amountMinor: created.totalMinor })),
    'obligation',
    (id) => `${STATEMENT_DEBT}${id}`,
  );
  note(work, statements);
  return statements.map(({ created }) => created);
}

function totalOf({ reference, periodFrom, periodTo, lines, totalMinor: stated }: NewStatement): bigint {
  if (periodFrom > periodTo) throw periodWrong(reference);
  if (lines.some(({ amountMinor }) => amountMinor === 0n))
    throw totalWrong(reference, 'A line of nothing says nothing.');
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  if (sum <= 0n || sum > INT64_MAX)
    throw totalWrong(reference, 'The lines do not add up to an amount above zero that can be kept.');
  if (stated !== undefined && stated !== sum)
    throw totalWrong(reference, `The lines add up to ${sum}, not to ${stated}.`);
  return sum;
}

async function refuseUnknown({ tx }: Work, inputs: readonly NewStatement[]): Promise<void> {
  const payees = await tx.rows<{ id: string; status: 'active' | 'closed' }>(sql`
    select p.id, p.status from ${idRows(tx, [...new Set(inputs.map(({ payeeId }) => payeeId))])} as w
    join payees p on p.id = w.id`);
  const statusOf = new Map(payees.map(({ id, status }) => [id, status]));
  const assets = new Set((await tx.db.selectFrom('assets').select('id').execute()).map(({ id }) => id));
  const references = new Set<string>();
  for (const { reference, payeeId, assetId } of inputs) {
    const status = statusOf.get(payeeId);
    if (status === undefined) throw unknownPayee(payeeId);
    if (status === 'closed') throw payeeClosed(payeeId);
    if (!assets.has(assetId)) throw unknownAsset(assetId);
    if (references.has(reference)) throw statementReferenceTaken(reference);
    references.add(reference);
  }
}

interface Made {
  readonly input: NewStatement;
  readonly created: CreatedStatement;
}

async function insertStatements(work: Work, statements: readonly Made[]): Promise<void> {
  const inserted = await insertRows(
    work.tx,
    'statements',
    STATEMENT_COLUMNS,
    statements.map(({ input, created }) => ({
      id: created.id,
      reference: created.reference,
      payee_id: created.payeeId,
      period_from: input.periodFrom,
      period_to: input.periodTo,
      asset_id: created.assetId,
      total_minor: created.totalMinor,
      status: 'open',
      created_at_ms: BigInt(work.nowMs),
      created_by: work.actor.id,
      deleted_at_ms: null,
      delete_reason: null,
    })),
    ['reference'],
  );
  if (inserted !== statements.length) throw statementReferenceTaken(await firstTaken(work, statements));
  const lines = statements.flatMap(({ input, created }) =>
    input.lines.map((line, index) => ({
      statement_id: created.id,
      line: BigInt(index + 1),
      description: line.description,
      quantity: line.quantity ?? null,
      amount_minor: line.amountMinor,
    })),
  );
  await insertRows(work.tx, 'statement_lines', LINE_COLUMNS, lines);
}

async function firstTaken({ tx }: Work, statements: readonly Made[]): Promise<string> {
  const wanted = jsonRows(
    tx.dialect,
    { id: 'text', reference: 'text' },
    statements.map(({ created: { id, reference } }) => ({ id, reference })),
  );
  const [taken] = await tx.rows<{ reference: string }>(
    sql`select s.reference from ${wanted} as w join statements s on s.reference = w.reference where s.id <> w.id limit 1`,
  );
  invariant(taken, 'a statement that was passed over has another with its reference');
  return taken.reference;
}

interface Owed {
  readonly id: string;
  readonly payeeId: PayeeId;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
}

/** Above zero, the payee is owed that much more; below, that much less. */
async function postOwed(
  work: Work,
  owed: readonly Owed[],
  kind: LedgerKind,
  keyOf: (id: string) => string,
): Promise<void> {
  const accounts = await openAccounts(
    work.tx,
    work.nowMs,
    owed.flatMap(({ payeeId, assetId }): AccountSpec[] => [
      obligationsAccount(assetId),
      payeeAccount(payeeId, assetId),
    ]),
  );
  const drafts = owed.map(({ id, amountMinor }, index): LedgerDraft => {
    const obligations = accounts[index * 2];
    const payee = accounts[index * 2 + 1];
    invariant(obligations && payee, 'accounts come in the order they were asked for');
    return {
      key: keyOf(id),
      kind,
      postings: [
        { account: obligations, amountMinor: -amountMinor },
        { account: payee, amountMinor },
      ],
    };
  });
  for (let from = 0; from < drafts.length; from += POST_MANY_MAX) {
    await postMany(work.tx, work.actor.id, work.nowMs, drafts.slice(from, from + POST_MANY_MAX));
  }
}

export interface DeletedStatement {
  readonly releasedPayouts: number;
  readonly withdrawnMinor: bigint;
}

/**
 * Its payouts go on and name no statement any more. What none of them claims is no longer owed.
 * The record stays, so that its reference is never used again.
 */
export async function deleteStatement(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<DeletedStatement> {
  const { tx } = work;
  const statement = (await held(tx, [input.id])).get(input.id);
  if (statement?.status !== 'open') throw unknownStatement(input.id);
  const claimed = (await claimedFrom(tx, [input.id])).get(input.id) ?? 0n;
  const withdrawnMinor = statement.total_minor - claimed;
  await tx.write
    .updateTable('statements')
    .set({ status: 'deleted', deleted_at_ms: BigInt(work.nowMs), delete_reason: input.reason })
    .where('id', '=', input.id)
    .execute();
  const released = await tx.rows<{ id: PayoutId }>(sql`
    update payouts set statement_id = null where statement_id = ${input.id} returning id`);
  await refreshQueue(
    work,
    released.map(({ id }) => id),
  );
  if (withdrawnMinor > 0n) {
    const less = {
      id: statement.id,
      payeeId: statement.payee_id as PayeeId,
      assetId: statement.asset_id as AssetId,
      amountMinor: -withdrawnMinor,
    };
    await postOwed(work, [less], 'adjustment', (id) => `statement-deleted:${id}`);
  }
  const releasedPayouts = released.length;
  work.audit({
    action: 'statement.delete',
    subject: `statement:${statement.id}`,
    details: {
      reference: statement.reference,
      reason: input.reason,
      releasedPayouts,
      withdrawnMinor: withdrawnMinor.toString(),
    },
  });
  work.emit({ name: 'statement.deleted', subject: `statement:${statement.id}` });
  return { releasedPayouts, withdrawnMinor };
}

/** One entry for one statement; for many, one that carries the hash of them all. */
function note(work: Work, statements: readonly Made[]): void {
  const [only, ...others] = statements;
  if (!only) return;
  if (others.length === 0) {
    const subject = `statement:${only.created.id}`;
    work.audit({ action: 'statement.create', subject, details: { ...facts(only), sha256: hashOf([only]) } });
    work.emit({ name: 'statement.created', subject });
    return;
  }
  work.audit({
    action: 'statement.import',
    subject: 'statements',
    details: { statements: statements.length, sha256: hashOf(statements) },
  });
  work.emit({ name: 'statement.created', subject: 'statements', payload: { statements: statements.length } });
}

function facts({ input, created }: Made) {
  return {
    reference: created.reference,
    payee: created.payeeId,
    periodFrom: input.periodFrom,
    periodTo: input.periodTo,
    asset: created.assetId,
    totalMinor: created.totalMinor.toString(),
    lines: input.lines.length,
  };
}

function hashOf(statements: readonly Made[]): string {
  const hash = createHash('sha256');
  for (const made of statements) {
    const lines = made.input.lines.map((line) => [
      line.description,
      line.quantity ?? null,
      line.amountMinor.toString(),
    ]);
    hash.update(`${canonical({ id: made.created.id, ...facts(made), lines })}\n`);
  }
  return hash.digest('hex');
}

const STATEMENT_COLUMNS = {
  id: 'text',
  reference: 'text',
  payee_id: 'text',
  period_from: 'text',
  period_to: 'text',
  asset_id: 'text',
  total_minor: 'bigint',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
  deleted_at_ms: 'bigint',
  delete_reason: 'text',
} as const;

const LINE_COLUMNS = {
  statement_id: 'text',
  line: 'bigint',
  description: 'text',
  quantity: 'text',
  amount_minor: 'bigint',
} as const;
