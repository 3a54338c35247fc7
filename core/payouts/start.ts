/**
 * The beginning of every payment, whichever rail it goes out on: which payouts could start now, and
 * the transaction in which one does. Everything that has to hold is proven there again.
 */
import { sql } from 'kysely';
import { mayPayOver, refuseUntrusted } from '../access/may-pay.ts';
import { Gate, refuseHeld } from '../approvals/gate.ts';
import { policyBelieved } from '../approvals/policy/versions.ts';
import { type ApprovalProof, proveApprovals } from '../approvals/prove.ts';
import { voidApprovals } from '../approvals/void.ts';
import type { RailName } from '../contract/payees.ts';
import { treasuryPosition } from '../ledger/balances.ts';
import { lockTreasury } from '../ledger/treasury.ts';
import { payableNow, refuseUnpayable } from '../payees/payable.ts';
import { holdPayee } from '../payees/payees.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { type AttemptRecord, attemptKey, insertAttempt, latestAttempt } from './attempts.ts';
import { stalePayout, underfunded } from './errors.ts';
import { fenceStatus, refuseFenced } from './fence.ts';
import { freezesInForce, refuseFrozen } from './freezes.ts';
import { holdStill } from './hold-still.ts';
import { transition } from './machine.ts';
import { getPayout, type PayoutRecord } from './repository.ts';
import { payoutsUnweighed, refuseUnweighed } from './unweighed.ts';

/** What one round looks at; more waits for the next. */
const ROUND_MAX = 10_000;

export interface Startable {
  readonly due: readonly DuePayout[];
  /** Approved and due, but the treasury does not hold enough. */
  readonly unfunded: number;
  /** Approved and due, but a limit is used up, a test payment has to arrive, or what a provider told is to be weighed first. */
  readonly held: number;
}

interface StartTerms {
  readonly despiteRests?: boolean | undefined;
  /** How often each was not taken for now, by payout; those go last, also where they ask for what others could be paid with. */
  readonly timesNotTaken?: ReadonlyMap<string, number>;
}

/**
 * What could start together, oldest first. What has to wait is left out rather than refused: it
 * would be refused, and written down, each round.
 */
export async function startableNow(
  reader: Reader,
  rail: RailName,
  nowMs: number,
  { despiteRests = false, timesNotTaken = new Map() }: StartTerms = {},
): Promise<Startable> {
  const free = await freeFunds(reader);
  const gate = await Gate.open(reader, await policyBelieved(reader), nowMs);
  const told = await payoutsUnweighed(reader);
  const due: DuePayout[] = [];
  let unfunded = 0;
  let held = 0;
  const rests = despiteRests ? new Set<string>() : await resting(reader, rail, nowMs);
  const times = ({ id }: DuePayout) => timesNotTaken.get(id) ?? 0;
  const candidates = (await duePayouts(reader, rail, nowMs)).toSorted((a, b) => times(a) - times(b));
  for (const candidate of candidates) {
    if (rests.has(candidate.id)) continue;
    const left = (free.get(candidate.assetId) ?? 0n) - candidate.amountMinor;
    if (left < 0n) {
      unfunded += 1;
      continue;
    }
    const gated = gate.isOpen ? null : await getPayout(reader, candidate.id);
    if (told.has(candidate.id) || (gated && (await gate.holds(gated)))) {
      held += 1;
      continue;
    }
    free.set(candidate.assetId, left);
    if (gated) gate.letThrough(gated);
    due.push(candidate);
  }
  return { due, unfunded, held };
}

/** What each asset's funds leave after what is paid but unsettled and what is in flight. */
async function freeFunds(reader: Reader): Promise<Map<string, bigint>> {
  const positions = await treasuryPosition(reader);
  return new Map(
    positions.map(({ assetId, fundsMinor, unsettledMinor, inFlightMinor }) => [
      assetId,
      fundsMinor - unsettledMinor - inFlightMinor,
    ]),
  );
}

export interface DuePayout {
  readonly id: string;
  readonly assetId: string;
  readonly amountMinor: bigint;
}

const UNSENT_REST_MS_MIN = 15_000;
const UNSENT_REST_MS_MAX = 15 * 60_000;
/** What was not taken before that says nothing about now. */
const UNSENT_REMEMBERED_MS = 2 * 60 * 60_000;

/**
 * Payouts that their provider would not take just now: each is asked for again after longer and
 * longer rests. On Stellar it is people and the ledger who say when, not a provider.
 */
async function resting(reader: Reader, rail: RailName, nowMs: number): Promise<ReadonlySet<string>> {
  if (rail === 'stellar') return new Set();
  const since = BigInt(nowMs - UNSENT_REMEMBERED_MS);
  const rows = await reader.rows<{ payout_id: string; times: bigint; last_ms: bigint }>(sql`
    select payout_id, count(*) as times, max(ended_at_ms) as last_ms from payout_attempts
    where rail = ${rail} and status = 'unsent' and ended_at_ms > ${since} group by payout_id`);
  const rests = rows.filter(({ times, last_ms }) => {
    const restMs = Math.min(UNSENT_REST_MS_MAX, UNSENT_REST_MS_MIN * 2 ** Math.min(Number(times) - 1, 20));
    return nowMs < Number(last_ms) + restMs;
  });
  return new Set(rests.map(({ payout_id }) => payout_id));
}

/** What could start now, oldest first; nothing at all where payments are stopped as a whole. */
async function duePayouts(reader: Reader, rail: RailName, nowMs: number): Promise<readonly DuePayout[]> {
  if ((await fenceStatus(reader)).fencedAtMs !== null || !(await mayPayOver(reader, rail))) return [];
  const stopped = await freezesInForce(reader);
  if (stopped.some(({ scope, target }) => scope === 'vault' || (scope === 'rail' && target === rail))) return [];
  const targets = (scope: 'asset' | 'payee') =>
    stopped.filter((entry) => entry.scope === scope).map(({ target }) => target);
  let query = reader.db
    .selectFrom('payouts')
    .select(['id', 'asset_id as assetId', 'amount_minor as amountMinor'])
    .where('status', '=', 'approved')
    .where('rail', '=', rail)
    .where((due) => due.or([due('due_at_ms', 'is', null), due('due_at_ms', '<=', BigInt(nowMs))]))
    .where(payableNow(nowMs))
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(ROUND_MAX);
  if (targets('asset').length > 0) query = query.where('asset_id', 'not in', targets('asset'));
  if (targets('payee').length > 0) query = query.where('payee_id', 'not in', targets('payee'));
  return query.execute();
}

/** An attempt with the payout it was proven for: what is asked of a provider is exactly that. */
export interface StartedAttempt extends AttemptRecord {
  readonly payout: PayoutRecord;
}

const SENT_BACK = {
  expired: 'Its approvals expired.',
  left: 'Somebody who approved it may not approve any more.',
  policy: 'The policy asks for other approvals now.',
  outdated: 'It was approved before facts and steps were part of what is signed.',
} as const;

export function whyUnproven(proof: Exclude<ApprovalProof, { holds: true }>): string {
  return proof.because === 'tampered' ? `Approvals do not verify: ${proof.detail}.` : SENT_BACK[proof.because];
}

/**
 * Proves, in the caller's transaction, that the payout may be paid now. Null when it was set aside
 * or sent back instead; a refusal when something only holds it up for now.
 */
export async function clearToStart(work: Work, id: string): Promise<PayoutRecord | null> {
  await holdStill(work.tx);
  const payout = await getPayout(work.tx, id);
  if (payout.status !== 'approved') throw stalePayout(payout.id, payout.status);
  await refuseFenced(work.tx);
  await refuseUntrusted(work.tx, payout.rail);
  await refuseFrozen(work.tx, payout);
  await refuseUnweighed(work.tx, payout);
  await holdPayee(work.tx, payout.payeeId);
  await refuseUnpayable(work.tx, payout, work.nowMs);
  const proof = await proveApprovals(work.tx, payout, work.nowMs);
  if (!proof.holds) {
    if (proof.because === 'tampered') {
      await transition(work, payout, 'quarantine', { reason: whyUnproven(proof) });
    } else {
      await voidApprovals(work, payout.id, proof.because);
      await transition(work, payout, 'send_back', { reason: whyUnproven(proof) });
    }
    return null;
  }
  // One after another on each asset: two servers do not start payouts on the same funds.
  await lockTreasury(work.tx, payout.assetId);
  await refuseUnderfunded(work.tx, payout);
  await refuseHeld(work.tx, payout, proof.ask, work.nowMs);
  return payout;
}

/** Writes the attempt down, in the caller's transaction. Null when the payout was set aside or sent back instead. */
export async function startAttempt(work: Work, id: string): Promise<StartedAttempt | null> {
  const payout = await clearToStart(work, id);
  if (!payout) return null;
  const last = await latestAttempt(work.tx, payout.id);
  const number = (last?.number ?? 0n) + 1n;
  const attempt = {
    id: work.ids.next('attempt'),
    payoutId: payout.id,
    number,
    rail: payout.rail,
    key: attemptKey(payout.id, number),
    assetId: payout.assetId,
    amountMinor: payout.amountMinor,
    address: payout.destination.address,
  };
  await insertAttempt(work.tx, work.nowMs, attempt);
  const started = await transition(work, payout, 'start', { details: { attempt: attempt.key } });
  return { ...attempt, status: 'open', providerReference: null, payout: started };
}

/** Funds must cover what is unsettled, what is in flight, and this payout. */
async function refuseUnderfunded(reader: Reader, payout: PayoutRecord): Promise<void> {
  const free = (await freeFunds(reader)).get(payout.assetId) ?? 0n;
  if (free < payout.amountMinor) throw underfunded(payout.id, payout.assetId, payout.amountMinor - free);
}
