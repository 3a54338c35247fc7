/**
 * Balances that were set aside for payees to claim. Their payouts are completed by having made them;
 * what becomes of them afterwards is followed here: whether they are there still, and who took them.
 */
import { type Selectable, sql } from 'kysely';
import type { AssetId } from '../../money/assets.ts';
import type { BalanceEnd, BalanceMade } from '../../rails/chain.ts';
import type { ProviderRecord } from '../../rails/provider.ts';
import { perform, type Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { takeRecords } from '../../sync/records.ts';
import { type ChainDesk, commandOf, orSilence } from './desk.ts';
import { unknownClaim } from './errors.ts';
import { assetIdOf } from './history.ts';
import { chainAssetOf } from './plan.ts';
import { type ChainRecord, getTransaction, type PaymentRecord, paymentsOf, referenceOf } from './records.ts';
import type { InLedger } from './sight.ts';
import type { ChainTables } from './tables.ts';

type Row = Selectable<ChainTables['claimable_balances']>;
export type ClaimState = Row['state'];

export interface ClaimRecord {
  readonly id: string;
  readonly network: string;
  readonly payoutId: string;
  readonly transactionId: string;
  readonly position: number;
  /** What it holds, whatever its payout is edited to later. */
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  /** The one it was made in. */
  readonly ledger: number;
  readonly createdAtMs: number;
  readonly reclaimableFromMs: number;
  readonly state: ClaimState;
  /** Of the transaction that ended it. */
  readonly hash: string | null;
  readonly endedAtMs: number | null;
  readonly lookedAtMs: number;
}

function fromRow(row: Row): ClaimRecord {
  return {
    id: row.id,
    network: row.network,
    payoutId: row.payout_id,
    transactionId: row.transaction_id,
    position: Number(row.position),
    assetId: row.asset_id,
    amountMinor: row.amount_minor,
    ledger: Number(row.ledger),
    createdAtMs: Number(row.created_at_ms),
    reclaimableFromMs: Number(row.reclaimable_from_ms),
    state: row.state,
    hash: row.hash,
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    lookedAtMs: Number(row.looked_at_ms),
  };
}

/** The latest of a payout that was paid so more than once: it came back in between. */
export async function claimOfPayout(reader: Reader, payoutId: string): Promise<ClaimRecord | null> {
  const row = await reader.db
    .selectFrom('claimable_balances')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('created_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function getClaim(reader: Reader, id: string): Promise<ClaimRecord> {
  const row = await reader.db.selectFrom('claimable_balances').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownClaim(id);
  return fromRow(row);
}

/** Written down in the same breath as its payout is completed. */
export async function openClaim(
  work: Work,
  { id, network }: ChainRecord,
  { position, payout }: PaymentRecord,
  made: BalanceMade,
  { ledger, closeTimeS }: InLedger,
): Promise<void> {
  await work.tx.write
    .insertInto('claimable_balances')
    .values({
      id: made.id,
      network,
      payout_id: payout.id,
      transaction_id: id,
      position: BigInt(position),
      asset_id: assetIdOf(network, made.asset),
      amount_minor: made.amountMinor,
      ledger: BigInt(ledger),
      created_at_ms: BigInt(closeTimeS * 1000),
      reclaimable_from_ms: BigInt((closeTimeS + made.reclaimAfterS) * 1000),
      state: 'open',
      hash: null,
      ended_at_ms: null,
      looked_at_ms: BigInt(work.nowMs),
    })
    .execute();
}

const LOOK_MAX = 200;
/** What was not looked at for longer was not looked at because nobody answered. */
const LOOKS_APART_MS_MAX = 24 * 60 * 60 * 1000;

export interface ClaimsSeen {
  readonly looked: number;
  readonly ended: number;
}

/** Asks about those that were longest not looked at; also about what is gone without anybody knowing where to. */
export async function lookAtClaims(desk: ChainDesk, step: () => Promise<void>): Promise<ClaimsSeen> {
  const { treasury, rail } = desk;
  const claims = await toLookAt(treasury.writer, rail.network);
  if (claims.length === 0) return { looked: 0, ended: 0 };
  const seen = await orSilence(() => rail.online.claimables(claims.map(({ id }) => id)));
  if (seen === null) return { looked: 0, ended: 0 };
  let ended = 0;
  for (const claim of claims) {
    await step();
    // A node that lags behind does not know of it yet.
    const isGone = !seen.there.has(claim.id) && seen.latestLedger >= claim.ledger;
    if (isGone && (await followUp(desk, claim, seen.latestCloseTimeS))) ended += 1;
  }
  const stillThere = claims.filter(({ id }) => seen.there.has(id)).map(({ id }) => id);
  await markLookedAt(desk, stillThere);
  return { looked: claims.length, ended };
}

async function toLookAt(reader: Reader, network: string): Promise<readonly ClaimRecord[]> {
  const rows = await reader.db
    .selectFrom('claimable_balances')
    .selectAll()
    .where('network', '=', network)
    .where('state', 'in', ['open', 'gone'])
    .orderBy('looked_at_ms')
    .orderBy('id')
    .limit(LOOK_MAX)
    .execute();
  return rows.map(fromRow);
}

/** That they were looked at and are there still is nobody's act; it only says whose turn is next. */
async function markLookedAt({ treasury }: ChainDesk, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await treasury.writer.transaction(async (tx) => {
    await tx.write
      .updateTable('claimable_balances')
      .set({ looked_at_ms: BigInt(treasury.clock.nowMs()) })
      .where('id', 'in', ids)
      .execute();
  });
}

/** A history is asked where there is one: whoever remembers only the recent past may have forgotten it. */
async function endOf({ rail: { history, recentEnds } }: ChainDesk, claim: ClaimRecord): Promise<BalanceEnd | null> {
  const { id, assetId, ledger, state, lookedAtMs, endedAtMs } = claim;
  const end = history ? await history.endOfBalance(id) : null;
  if (end !== null || recentEnds === null) return end;
  // One that was seen to be gone may have gone since the look before that.
  const thereAtMs = state === 'gone' && endedAtMs !== null ? endedAtMs - LOOKS_APART_MS_MAX : lookedAtMs;
  return recentEnds({ id, asset: chainAssetOf(assetId), ledger, thereAtMs });
}

/** True when it is known now who has the money. */
async function followUp(desk: ChainDesk, claim: ClaimRecord, goneByS: number): Promise<boolean> {
  const { treasury } = desk;
  const end = await orSilence(() => endOf(desk, claim));
  // Nothing is known beyond what was written down the last time.
  if (end === null && claim.state === 'gone') {
    await markLookedAt(desk, [claim.id]);
    return false;
  }
  await perform(treasury, commandOf(desk, 'chain.claims'), async (work) => {
    if (end === null) await change(work, claim, { state: 'gone', hash: null, endedAtMs: goneByS * 1000 });
    else await endClaim(work, claim.id, end);
  });
  return end !== null;
}

/** By what the ledgers say ended it. What the treasury took back is owed to the payee again. */
export async function endClaim(work: Work, id: string, end: BalanceEnd): Promise<void> {
  const claim = await getClaim(work.tx, id);
  // The treasury may pay from another account by now.
  const made = await getTransaction(work.tx, claim.transactionId);
  const isBack = end.claimedBy === made.source;
  const isNews = await change(work, claim, {
    state: isBack ? 'reclaimed' : 'claimed',
    hash: end.hash,
    endedAtMs: end.atMs,
    by: end.claimedBy,
  });
  if (isNews && isBack) await bookBack(work, claim, made, end);
}

/** False when it was known before: somebody else may have looked at the same moment. */
async function change(
  work: Work,
  claim: ClaimRecord,
  to: {
    readonly state: Exclude<ClaimState, 'open'>;
    readonly hash: string | null;
    readonly endedAtMs: number;
    readonly by?: string | null;
  },
): Promise<boolean> {
  const { changed } = await work.tx.run(sql`
    update claimable_balances set state = ${to.state}, hash = ${to.hash}, ended_at_ms = ${BigInt(to.endedAtMs)},
      looked_at_ms = ${BigInt(work.nowMs)}
    where id = ${claim.id} and state in ('open', 'gone')`);
  if (changed === 0n) {
    work.audit({ action: 'payout.claim_known', subject: `payout:${claim.payoutId}`, details: { balance: claim.id } });
    return false;
  }
  const name = EVENTS[to.state];
  work.audit({
    action: name,
    subject: `payout:${claim.payoutId}`,
    details: {
      balance: claim.id,
      ...(to.hash === null ? {} : { hash: to.hash }),
      ...(to.by ? { by: to.by } : {}),
      atMs: to.endedAtMs,
    },
  });
  work.emit({ name, subject: `payout:${claim.payoutId}` });
  return true;
}

const EVENTS = { claimed: 'payout.claimed', reclaimed: 'payout.reclaimed', gone: 'payout.claim_gone' } as const;

/** The same evidence as of any payment that came back; told again, it changes nothing. */
async function bookBack(work: Work, claim: ClaimRecord, made: ChainRecord, { hash, atMs }: BalanceEnd): Promise<void> {
  const payment = (await paymentsOf(work.tx, claim.transactionId)).find(({ position }) => position === claim.position);
  if (!payment) throw new Error('A claimable balance was made by a payment');
  const record: ProviderRecord = {
    eventId: `reclaim:${claim.id}`,
    reference: referenceOf(made, claim.position),
    key: payment.attempt.key,
    status: 'completed',
    amountMinor: claim.amountMinor,
    assetId: claim.assetId,
    atMs,
    raw: JSON.stringify({ balance: claim.id, hash }),
    reversal: { reference: claim.id },
  };
  await takeRecords(work, 'stellar', [record]);
}
