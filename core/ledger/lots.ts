/**
 * Credit lots. An account of credits is worth what its lots are worth: each lot is filled when it
 * is minted, emptied by spending and expiry, and filled again by a return. The moves of a lot name
 * the ledger transaction they belong to, and the database commits nothing in which the lots and
 * the balance differ.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { invariant, Refusal } from '../errors/refusal.ts';
import type { PayeeId } from '../ids/ids.ts';
import { CREDITS } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import { takeNumbers } from '../store/sequence.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { type Account, type AccountSpec, obligationsAccount, openAccounts, payeeAccount } from './accounts.ts';
import { idempotencyMismatch } from './errors.ts';
import { type LedgerDraft, type Posted, postMany } from './posting.ts';

export interface Mint {
  /** The same key mints once. */
  readonly key: string;
  readonly payeeId: PayeeId;
  readonly amountMinor: bigint;
  /** Where it came from: `campaign:{id}`, `purchase:{id}`. */
  readonly source: string;
  /** Who gives it, and gets back what expires; the treasury's obligations unless said otherwise. */
  readonly funder?: AccountSpec;
  /** Where alone it may be spent. */
  readonly pool?: string;
  readonly expiresAtMs?: number;
}

export interface Minted {
  readonly lotId: bigint;
  readonly transactionId: bigint;
  readonly replayed: boolean;
}

export const creditAccount = (payeeId: PayeeId): AccountSpec => payeeAccount(payeeId, CREDITS);

/** One lot for each, in the order given; as many statements for a thousand as for one. */
export async function mintLots(work: Work, mints: readonly Mint[]): Promise<readonly Minted[]> {
  for (const { expiresAtMs } of mints) {
    if (expiresAtMs !== undefined && expiresAtMs <= work.nowMs) {
      throw new Refusal('input.invalid', { field: 'expiresAtMs' }, 'The credits would have expired already.');
    }
  }
  const accounts = await openAccounts(
    work.tx,
    work.nowMs,
    mints.flatMap(({ payeeId, funder }) => [funder ?? obligationsAccount(CREDITS), creditAccount(payeeId)]),
  );
  const planned = mints.map((mint, index) => {
    const funder = accounts[index * 2];
    const account = accounts[index * 2 + 1];
    if (!funder || !account) throw new Error('Accounts come in the order they were asked for');
    return { mint, funder, account };
  });
  const posted = await postMany(work.tx, work.actor.id, work.nowMs, planned.map(draftOf));
  const fresh = planned.flatMap((plan, index) => {
    const { id, replayed } = posted[index] as Posted;
    return replayed ? [] : [{ ...plan, transactionId: id }];
  });
  await insertLots(work, fresh);

  const lots = await lotsOf(work.tx, posted);
  const keys = createHash('sha256');
  const minted = planned.map(({ mint }, index): Minted => {
    const { id, replayed } = posted[index] as Posted;
    const lot = lots.get(id);
    invariant(lot, `${mint.key} made a lot`);
    // The postings are the same; so must be what the lot may be spent on, and until when.
    if (!isOf(lot, mint)) throw idempotencyMismatch(mint.key);
    keys.update(`${mint.key}\n`);
    return { lotId: lot.id, transactionId: id, replayed };
  });
  work.audit({
    action: 'credits.mint',
    subject: 'ledger',
    details: {
      lots: minted.length,
      replayed: minted.length - fresh.length,
      amountMinor: fresh.reduce((sum, { mint }) => sum + mint.amountMinor, 0n).toString(),
      keys: keys.digest('hex'),
    },
  });
  if (fresh.length > 0) work.emit({ name: 'credits.minted', subject: 'ledger', payload: { lots: fresh.length } });
  return minted;
}

interface Planned {
  readonly mint: Mint;
  readonly funder: Account;
  readonly account: Account;
}

function draftOf({ mint, funder, account }: Planned): LedgerDraft {
  return {
    key: `mint:${mint.key}`,
    kind: 'mint',
    reference: mint.source,
    postings: [
      { account: funder, amountMinor: -mint.amountMinor },
      { account, amountMinor: mint.amountMinor },
    ],
  };
}

const LOT_COLUMNS = {
  id: 'bigint',
  account_id: 'bigint',
  funder_account_id: 'bigint',
  source: 'text',
  pool: 'text',
  amount_minor: 'bigint',
  remaining_minor: 'bigint',
  minted_at_ms: 'bigint',
  expires_at_ms: 'bigint',
  mint_transaction_id: 'bigint',
} as const;

async function insertLots(work: Work, fresh: readonly (Planned & { readonly transactionId: bigint })[]): Promise<void> {
  const numbers = await takeNumbers(work.tx, 'lots', fresh.length);
  const rows = fresh.map(({ mint, funder, account, transactionId }, index) => ({
    id: numbers[index] as bigint,
    account_id: account.id,
    funder_account_id: funder.id,
    source: mint.source,
    pool: mint.pool ?? '',
    amount_minor: mint.amountMinor,
    remaining_minor: 0n,
    minted_at_ms: BigInt(work.nowMs),
    expires_at_ms: mint.expiresAtMs === undefined ? null : BigInt(mint.expiresAtMs),
    mint_transaction_id: transactionId,
  }));
  await insertRows(work.tx, 'credit_lots', LOT_COLUMNS, rows);
  await moveLots(
    work.tx,
    rows.map((row) => ({ transactionId: row.mint_transaction_id, lotId: row.id, amountMinor: row.amount_minor })),
  );
}

export interface LotMove {
  readonly transactionId: bigint;
  readonly lotId: bigint;
  readonly amountMinor: bigint;
}

/** The remainders follow by themselves. */
export async function moveLots(tx: Tx, moves: readonly LotMove[]): Promise<void> {
  await insertRows(
    tx,
    'credit_lot_moves',
    { transaction_id: 'bigint', lot_id: 'bigint', amount_minor: 'bigint' },
    moves.map((move) => ({ transaction_id: move.transactionId, lot_id: move.lotId, amount_minor: move.amountMinor })),
  );
}

export async function movesOf(reader: Reader, transactionId: bigint): Promise<readonly LotMove[]> {
  const rows = await reader.db
    .selectFrom('credit_lot_moves')
    .selectAll()
    .where('transaction_id', '=', transactionId)
    .orderBy('lot_id')
    .execute();
  return rows.map((row) => ({ transactionId: row.transaction_id, lotId: row.lot_id, amountMinor: row.amount_minor }));
}

interface MintedLot {
  readonly id: bigint;
  readonly source: string;
  readonly pool: string;
  readonly expires_at_ms: bigint | null;
}

async function lotsOf(tx: Tx, posted: readonly Posted[]): Promise<ReadonlyMap<bigint, MintedLot>> {
  const mints = jsonRows(
    tx.dialect,
    { id: 'bigint' },
    posted.map(({ id }) => ({ id })),
  );
  const rows = await tx.rows<MintedLot & { transaction_id: bigint }>(sql`
    select l.id, l.source, l.pool, l.expires_at_ms, m.transaction_id from ${mints} as t
    join credit_lot_moves m on m.transaction_id = t.id join credit_lots l on l.id = m.lot_id`);
  return new Map(rows.map(({ transaction_id, ...lot }) => [transaction_id, lot]));
}

const isOf = (lot: MintedLot, mint: Mint): boolean =>
  lot.source === mint.source &&
  lot.pool === (mint.pool ?? '') &&
  lot.expires_at_ms === (mint.expiresAtMs === undefined ? null : BigInt(mint.expiresAtMs));
