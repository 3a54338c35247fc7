/**
 * Posting: the only way money moves in the books. Any number of transactions, each balanced per
 * asset, each with a key under which it can be repeated without effect, in a handful of statements.
 */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { LedgerKind } from '../contract/ledger-records.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayoutId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import { INT64_MAX } from '../money/minor.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import { takeNumbers } from '../store/sequence.ts';
import type { Tx } from '../store/tx.ts';
import { type Account, holdsLots } from './accounts.ts';
import { idempotencyMismatch, limitReached, lotsOnly, overflow, unbalanced } from './errors.ts';

export interface Posting {
  readonly account: Account;
  readonly amountMinor: bigint;
}

export interface LedgerDraft {
  readonly key: string;
  readonly kind: LedgerKind;
  readonly postings: readonly Posting[];
  /** When it happened in the world; when it was written down unless said otherwise. */
  readonly effectiveAtMs?: number;
  readonly payoutId?: PayoutId;
  readonly cycle?: bigint;
  readonly reversesId?: bigint;
  /** What else it is about: `hold:{id}`, `quote:{id}`. */
  readonly reference?: string;
  /** Why, in a person's words. */
  readonly reason?: string;
}

export interface Posted {
  readonly id: bigint;
  /** True when the key had been used before with the same content: nothing was written. */
  readonly replayed: boolean;
}

interface Prepared extends LedgerDraft {
  readonly payloadHash: string;
}

/** At most this many transactions in one call; callers with more cut their work. */
export const POST_MANY_MAX = 10_000;

export async function post(tx: Tx, actor: string, nowMs: number, draft: LedgerDraft): Promise<Posted> {
  const [posted] = await postMany(tx, actor, nowMs, [draft]);
  invariant(posted, 'one transaction in, one out');
  return posted;
}

export async function postMany(
  tx: Tx,
  actor: string,
  nowMs: number,
  drafts: readonly LedgerDraft[],
): Promise<readonly Posted[]> {
  invariant(drafts.length <= POST_MANY_MAX, `at most ${POST_MANY_MAX} transactions at once`);
  if (drafts.length === 0) return [];
  const prepared = new Map<string, Prepared>();
  for (const draft of drafts) {
    const next = { ...draft, payloadHash: hashOf(draft) };
    const twin = prepared.get(draft.key);
    if (twin && twin.payloadHash !== next.payloadHash) throw idempotencyMismatch(draft.key);
    if (!twin) {
      refuseIllFormed(next);
      prepared.set(draft.key, next);
    }
  }

  const fresh = [...prepared.values()];
  const numbers = await takeNumbers(tx, 'ledger', fresh.length);
  const ids = new Map(fresh.map((draft, index) => [draft.key, numbers[index] as bigint]));
  const inserted = await insertTransactions(tx, actor, nowMs, fresh, ids);
  const replayed = inserted === fresh.length ? new Map<string, bigint>() : await findReplayed(tx, prepared, ids);

  const written = fresh.filter((draft) => !replayed.has(draft.key));
  await insertPostings(tx, written, ids);
  await moveBalances(tx, written);

  const seen = new Set<string>();
  return drafts.map(({ key }) => {
    const earlier = replayed.get(key);
    const repeated = earlier !== undefined || seen.has(key);
    seen.add(key);
    return { id: earlier ?? (ids.get(key) as bigint), replayed: repeated };
  });
}

/** The content that a key stands for. When it is written down is not part of it. */
function hashOf({ kind, postings, payoutId, cycle, reversesId, reference, reason }: LedgerDraft): string {
  // A list of texts has one JSON spelling; this runs for every transaction there is.
  const content: unknown[] = [
    kind,
    postings.map(({ account, amountMinor }) => [account.id.toString(), amountMinor.toString()]),
    payoutId ?? null,
    cycle?.toString() ?? null,
    reversesId?.toString() ?? null,
  ];
  // Keys of the time before there were references and reasons stand for what they stood for.
  if (reference !== undefined || reason !== undefined) content.push([reference ?? null, reason ?? null]);
  return hash('sha256', JSON.stringify(content), 'hex');
}

const isHeld = (minor: bigint) => minor <= INT64_MAX && minor >= -INT64_MAX;

/** Postings of these kinds come with the moves of the lots that they are about. */
const WITH_LOTS: ReadonlySet<LedgerKind> = new Set(['mint', 'spend', 'expire', 'reversal']);

function refuseIllFormed(draft: LedgerDraft): void {
  const sums = new Map<AssetId, bigint>();
  for (const { account, amountMinor } of draft.postings) {
    if (!isHeld(amountMinor)) throw overflow(account.entity, account.pool, account.assetId);
    if (holdsLots(account) && !WITH_LOTS.has(draft.kind)) throw lotsOnly(account.entity, draft.kind);
    sums.set(account.assetId, (sums.get(account.assetId) ?? 0n) + amountMinor);
  }
  for (const [assetId, sum] of sums) if (sum !== 0n) throw unbalanced(draft.key, assetId);
  invariant(draft.postings.length >= 2, `${draft.key} has fewer than two postings`);
}

const TRANSACTION_COLUMNS = {
  id: 'bigint',
  key: 'text',
  payload_hash: 'text',
  kind: 'text',
  effective_at_ms: 'bigint',
  recorded_at_ms: 'bigint',
  actor: 'text',
  payout_id: 'text',
  cycle: 'bigint',
  reverses_id: 'bigint',
  reference: 'text',
  reason: 'text',
} as const;

/** Gives how many were new: a key that is there already is passed over. */
function insertTransactions(
  tx: Tx,
  actor: string,
  nowMs: number,
  drafts: readonly Prepared[],
  ids: ReadonlyMap<string, bigint>,
): Promise<number> {
  const recordedAt = BigInt(nowMs);
  const rows = drafts.map((draft) => ({
    id: ids.get(draft.key) as bigint,
    key: draft.key,
    payload_hash: draft.payloadHash,
    kind: draft.kind,
    effective_at_ms: draft.effectiveAtMs === undefined ? recordedAt : BigInt(draft.effectiveAtMs),
    recorded_at_ms: recordedAt,
    actor,
    payout_id: draft.payoutId ?? null,
    cycle: draft.cycle ?? null,
    reverses_id: draft.reversesId ?? null,
    reference: draft.reference ?? null,
    reason: draft.reason ?? null,
  }));
  return insertRows(tx, 'ledger_transactions', TRANSACTION_COLUMNS, rows, ['key']);
}

/** Keys that were there already, with the id they have; another content under a key is refused. */
async function findReplayed(
  tx: Tx,
  prepared: ReadonlyMap<string, Prepared>,
  ids: ReadonlyMap<string, bigint>,
): Promise<Map<string, bigint>> {
  const keys = jsonRows(
    tx.dialect,
    { key: 'text' },
    [...prepared.keys()].map((key) => ({ key })),
  );
  const rows = await tx.rows<{ id: bigint; key: string; payload_hash: string }>(
    sql`select t.id, t.key, t.payload_hash from ${keys} as k join ledger_transactions t on t.key = k.key`,
  );
  const replayed = new Map<string, bigint>();
  for (const { id, key, payload_hash } of rows) {
    if (id === ids.get(key)) continue;
    if (payload_hash !== prepared.get(key)?.payloadHash) throw idempotencyMismatch(key);
    replayed.set(key, id);
  }
  return replayed;
}

const POSTING_COLUMNS = {
  transaction_id: 'bigint',
  leg: 'bigint',
  account_id: 'bigint',
  amount_minor: 'bigint',
} as const;

async function insertPostings(tx: Tx, drafts: readonly Prepared[], ids: ReadonlyMap<string, bigint>): Promise<void> {
  const rows = drafts.flatMap((draft) =>
    draft.postings.map(({ account, amountMinor }, leg) => ({
      transaction_id: ids.get(draft.key) as bigint,
      leg: BigInt(leg),
      account_id: account.id,
      amount_minor: amountMinor,
    })),
  );
  await insertRows(tx, 'ledger_postings', POSTING_COLUMNS, rows);
}

/** Balances move by what the batch does in sum; an account that may not go below zero holds the line. */
async function moveBalances(tx: Tx, drafts: readonly Prepared[]): Promise<void> {
  const deltas = new Map<bigint, { account: Account; delta: bigint }>();
  for (const { postings } of drafts) {
    for (const { account, amountMinor } of postings) {
      const entry = deltas.get(account.id) ?? { account, delta: 0n };
      entry.delta += amountMinor;
      deltas.set(account.id, entry);
    }
  }
  const moving = [...deltas.values()].filter(({ delta }) => delta !== 0n);
  if (moving.length === 0) return;
  // What no column holds is refused before a database is asked to add it up.
  const tooWide = moving.find(({ delta }) => !isHeld(delta));
  if (tooWide) throw overflow(tooWide.account.entity, tooWide.account.pool, tooWide.account.assetId);
  // Always in the same order, so that two transactions on PostgreSQL wait instead of deadlocking.
  moving.sort((a, b) => (a.account.id < b.account.id ? -1 : 1));
  const rows = jsonRows(
    tx.dialect,
    { account_id: 'bigint', delta: 'bigint' },
    moving.map(({ account, delta }) => ({ account_id: account.id, delta })),
  );
  if (tx.dialect === 'postgres') {
    await tx.run(sql`
      select b.account_id from account_balances b join ${rows} as d on d.account_id = b.account_id
      order by b.account_id for update of b`);
  }
  // Each side is subtracted from, so that neither comparison can itself overflow.
  const { changed } = await tx.run(sql`
    update account_balances set balance_minor = balance_minor + d.delta
    from ${rows} as d
    where account_balances.account_id = d.account_id
      and (account_balances.may_go_negative = 1 or account_balances.balance_minor >= -d.delta)
      and case when d.delta > 0 then account_balances.balance_minor <= ${INT64_MAX} - d.delta
        else account_balances.balance_minor >= ${-INT64_MAX} - d.delta end`);
  if (Number(changed) !== moving.length) throw await whyNotMoved(tx, moving);
}

interface Moving {
  readonly account: Account;
  readonly delta: bigint;
}

interface Kept {
  readonly account_id: bigint;
  readonly balance_minor: bigint;
  readonly may_go_negative: bigint;
}

/**
 * Those that could move have moved already in this transaction, which is about to roll back, so one
 * that would break its limit by moving may have done so within it. Its entries tell: they are
 * written, and a balance that has moved agrees with them.
 */
async function whyNotMoved(tx: Tx, moving: readonly Moving[]): Promise<Error> {
  const ids = jsonRows(
    tx.dialect,
    { id: 'bigint' },
    moving.map(({ account }) => ({ id: account.id })),
  );
  const kept = await tx.rows<Kept>(sql`
    select b.account_id, b.balance_minor, b.may_go_negative from ${ids} as x join account_balances b on b.account_id = x.id`);
  const keptOf = new Map(kept.map((row) => [row.account_id, row]));
  const suspects = moving.flatMap((one) => {
    const row = keptOf.get(one.account.id);
    invariant(row, `account ${one.account.id} has a balance`);
    const refusal = refusalOf(one, row);
    return refusal ? [{ ...one, refusal, keptMinor: row.balance_minor }] : [];
  });
  const [only] = suspects;
  if (only && suspects.length === 1) return only.refusal;
  for (const { account, refusal, keptMinor } of suspects) {
    if ((await sumOfEntries(tx, account)) !== keptMinor) return refusal;
  }
  return new Error('A balance did not move though every limit allowed it');
}

/** In two halves: the sum itself may be what no column holds. */
async function sumOfEntries(tx: Tx, { id }: Account): Promise<bigint> {
  const [row] = await tx.rows<{ high: bigint; low: bigint }>(sql`
    select cast(coalesce(sum(amount_minor / 4294967296), 0) as bigint) as high,
      cast(coalesce(sum(amount_minor % 4294967296), 0) as bigint) as low
    from ledger_postings where account_id = ${id}`);
  return (row?.high ?? 0n) * 4_294_967_296n + (row?.low ?? 0n);
}

function refusalOf({ account, delta }: Moving, kept: Kept): Error | null {
  const { entity, pool, assetId } = account;
  const next = kept.balance_minor + delta;
  if (kept.may_go_negative === 0n && next < 0n) return limitReached(entity, pool, assetId, -next);
  return isHeld(next) ? null : overflow(entity, pool, assetId);
}
