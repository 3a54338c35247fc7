/** The entries of one account and its credit lots, as lists to page through. */
import { sql } from 'kysely';
import type { CreditLot, LedgerEntry, LedgerKind } from '../contract/ledger-records.ts';
import { INT64_MAX } from '../money/minor.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownAccount } from './errors.ts';

interface EntryRow {
  readonly transaction_id: bigint;
  readonly leg: bigint;
  readonly amount_minor: bigint;
  readonly kind: LedgerKind;
  readonly effective_at_ms: bigint;
  readonly recorded_at_ms: bigint;
  readonly payout_id: string | null;
  readonly reference: string | null;
}

/**
 * Newest first. The balance after the newest is the account's own; each older one follows from it,
 * and the cursor carries it over to the next page, so that no page adds up the whole account.
 */
export async function listEntries(reader: Reader, accountId: bigint, page: PageRequest): Promise<Paged<LedgerEntry>> {
  const [transactionId, leg, carried] = decodeCursor(page.cursor, 3).map(cursorNumber);
  const older = transactionId === undefined ? sql`true` : sql`(p.transaction_id, p.leg) < (${transactionId}, ${leg})`;
  // One statement, so that the balance and the entries are of the same moment.
  const rows = await reader.rows<EntryRow & { kept: bigint }>(sql`
    select p.transaction_id, p.leg, p.amount_minor, t.kind, t.effective_at_ms, t.recorded_at_ms, t.payout_id, t.reference,
      b.balance_minor as kept
    from ledger_postings p join ledger_transactions t on t.id = p.transaction_id
    join account_balances b on b.account_id = p.account_id
    where p.account_id = ${accountId} and ${older}
    order by p.transaction_id desc, p.leg desc limit ${BigInt(page.limit + 1)}`);
  if (rows.length === 0) await refuseUnknown(reader, accountId);

  let balance = carried ?? rows[0]?.kept ?? 0n;
  const items: LedgerEntry[] = [];
  for (const row of rows.slice(0, page.limit)) {
    items.push({
      transactionId: row.transaction_id.toString(),
      leg: Number(row.leg),
      kind: row.kind,
      effectiveAtMs: Number(row.effective_at_ms),
      recordedAtMs: Number(row.recorded_at_ms),
      payoutId: row.payout_id,
      reference: row.reference,
      amountMinor: row.amount_minor.toString(),
      balanceMinor: balance.toString(),
    });
    balance -= row.amount_minor;
  }
  const last = items.at(-1);
  const nextCursor =
    rows.length > page.limit && last
      ? encodeCursor([last.transactionId, last.leg.toString(), balance.toString()])
      : null;
  return { items, nextCursor };
}

/** In the order they are spent: the soonest to expire first, then the oldest. */
export async function listLots(
  reader: Reader,
  { accountId, show }: { readonly accountId: bigint; readonly show: 'open' | 'all' },
  page: PageRequest,
): Promise<Paged<CreditLot>> {
  const [expiry, lotId] = decodeCursor(page.cursor, 2).map(cursorNumber);
  const expires = sql`coalesce(expires_at_ms, ${INT64_MAX})`;
  const rows = await reader.rows<{
    id: bigint;
    source: string;
    pool: string;
    amount_minor: bigint;
    remaining_minor: bigint;
    minted_at_ms: bigint;
    expires_at_ms: bigint | null;
  }>(sql`
    select id, source, pool, amount_minor, remaining_minor, minted_at_ms, expires_at_ms from credit_lots
    where account_id = ${accountId}
      and ${show === 'open' ? sql`remaining_minor > 0` : sql`true`}
      and ${expiry === undefined ? sql`true` : sql`(${expires}, id) > (${expiry}, ${lotId})`}
    order by ${expires}, id limit ${BigInt(page.limit + 1)}`);
  if (rows.length === 0) await refuseUnknown(reader, accountId);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      id: row.id.toString(),
      accountId: accountId.toString(),
      source: row.source,
      pool: row.pool === '' ? null : row.pool,
      amountMinor: row.amount_minor.toString(),
      remainingMinor: row.remaining_minor.toString(),
      mintedAtMs: Number(row.minted_at_ms),
      expiresAtMs: row.expires_at_ms === null ? null : Number(row.expires_at_ms),
    })),
    nextCursor:
      rows.length > page.limit && last
        ? encodeCursor([(last.expires_at_ms ?? INT64_MAX).toString(), last.id.toString()])
        : null,
  };
}

async function refuseUnknown(reader: Reader, accountId: bigint): Promise<void> {
  const found = await reader.rows(sql`select id from accounts where id = ${accountId}`);
  if (found.length === 0) throw unknownAccount(accountId.toString());
}
