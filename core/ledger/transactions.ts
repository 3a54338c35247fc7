/** Ledger transactions, read back: what moved, why, and what corrected it. */
import { sql } from 'kysely';
import type { LedgerKind, LedgerTransaction, LedgerTransactionItem } from '../contract/ledger-records.ts';
import type { PayoutId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import type { Account } from './accounts.ts';
import { unknownTransaction } from './errors.ts';
import { type LotMove, movesOf } from './lots.ts';

export interface RecordedPosting {
  readonly account: Account;
  readonly assetCode: string;
  readonly scale: number;
  readonly amountMinor: bigint;
}

export interface RecordedTransaction {
  readonly id: bigint;
  readonly key: string;
  readonly kind: LedgerKind;
  readonly effectiveAtMs: number;
  readonly recordedAtMs: number;
  readonly actor: string;
  readonly payoutId: PayoutId | null;
  readonly cycle: bigint | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly reversesId: bigint | null;
  readonly reversedById: bigint | null;
}

interface TransactionRow {
  readonly id: bigint;
  readonly key: string;
  readonly kind: LedgerKind;
  readonly effective_at_ms: bigint;
  readonly recorded_at_ms: bigint;
  readonly actor: string;
  readonly payout_id: string | null;
  readonly cycle: bigint | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly reverses_id: bigint | null;
  readonly reversed_by_id: bigint | null;
}

const COLUMNS = sql.raw(`t.id, t.key, t.kind, t.effective_at_ms, t.recorded_at_ms, t.actor, t.payout_id, t.cycle,
  t.reference, t.reason, t.reverses_id, r.id as reversed_by_id`);
const SOURCE = sql.raw('ledger_transactions t left join ledger_transactions r on r.reverses_id = t.id');

export async function getTransaction(reader: Reader, id: bigint): Promise<RecordedTransaction> {
  const [row] = await reader.rows<TransactionRow>(sql`select ${COLUMNS} from ${SOURCE} where t.id = ${id}`);
  if (!row) throw unknownTransaction(id.toString());
  return transactionOf(row);
}

export async function postingsOf(reader: Reader, transactionId: bigint): Promise<readonly RecordedPosting[]> {
  const rows = await reader.db
    .selectFrom('ledger_postings as p')
    .innerJoin('accounts as a', 'a.id', 'p.account_id')
    .innerJoin('assets as s', 's.id', 'a.asset_id')
    .select(['a.id', 'a.entity', 'a.pool', 'a.asset_id', 's.code', 's.scale', 'p.amount_minor'])
    .where('p.transaction_id', '=', transactionId)
    .orderBy('p.leg')
    .execute();
  return rows.map((row) => ({
    account: { id: row.id, entity: row.entity, pool: row.pool, assetId: row.asset_id as AssetId },
    assetCode: row.code,
    scale: Number(row.scale),
    amountMinor: row.amount_minor,
  }));
}

export interface TransactionFilter {
  readonly kind?: LedgerKind | undefined;
  readonly payoutId?: string | undefined;
}

/** Newest first. */
export async function listTransactions(
  reader: Reader,
  filter: TransactionFilter,
  page: PageRequest,
): Promise<Paged<LedgerTransactionItem>> {
  const [before] = decodeCursor(page.cursor, 1);
  const conditions = [
    before === undefined ? sql`true` : sql`t.id < ${cursorNumber(before)}`,
    filter.kind === undefined ? sql`true` : sql`t.kind = ${filter.kind}`,
    filter.payoutId === undefined ? sql`true` : sql`t.payout_id = ${filter.payoutId}`,
  ];
  const rows = await reader.rows<TransactionRow>(sql`
    select ${COLUMNS} from ${SOURCE} where ${sql.join(conditions, sql` and `)}
    order by t.id desc limit ${BigInt(page.limit + 1)}`);
  const items = rows.slice(0, page.limit).map((row) => itemView(transactionOf(row)));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null };
}

export async function transactionView(reader: Reader, id: bigint): Promise<LedgerTransaction> {
  const transaction = await getTransaction(reader, id);
  const postings = await postingsOf(reader, id);
  const moves = await movesOf(reader, id);
  return {
    ...itemView(transaction),
    postings: postings.map(({ account, assetCode, scale, amountMinor }) => ({
      accountId: account.id.toString(),
      entity: account.entity,
      pool: account.pool === '' ? null : account.pool,
      assetId: account.assetId,
      assetCode,
      scale,
      amountMinor: amountMinor.toString(),
    })),
    lots: await lotMoveViews(reader, moves),
  };
}

async function lotMoveViews(reader: Reader, moves: readonly LotMove[]): Promise<LedgerTransaction['lots']> {
  if (moves.length === 0) return [];
  const lotIds = moves.map(({ lotId }) => lotId);
  const lots = await reader.db
    .selectFrom('credit_lots')
    .select(['id', 'account_id'])
    .where('id', 'in', lotIds)
    .execute();
  return moves.flatMap(({ lotId, amountMinor }) =>
    lots
      .filter(({ id }) => id === lotId)
      .map(({ account_id }) => ({
        lotId: lotId.toString(),
        accountId: account_id.toString(),
        amountMinor: amountMinor.toString(),
      })),
  );
}

function transactionOf(row: TransactionRow): RecordedTransaction {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    effectiveAtMs: Number(row.effective_at_ms),
    recordedAtMs: Number(row.recorded_at_ms),
    actor: row.actor,
    payoutId: row.payout_id as PayoutId | null,
    cycle: row.cycle,
    reference: row.reference,
    reason: row.reason,
    reversesId: row.reverses_id,
    reversedById: row.reversed_by_id,
  };
}

function itemView(transaction: RecordedTransaction): LedgerTransactionItem {
  return {
    ...transaction,
    id: transaction.id.toString(),
    cycle: transaction.cycle === null ? null : Number(transaction.cycle),
    reversesId: transaction.reversesId?.toString() ?? null,
    reversedById: transaction.reversedById?.toString() ?? null,
  };
}
