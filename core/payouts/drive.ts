/**
 * Drives payouts over a provider. Control flow lives here; the steps are transactions of their
 * own, and the provider is only ever asked between them:
 *
 *   1. `startPayout` proves the approvals again and writes the attempt down with its key.
 *   2. The provider is asked.
 *   3. `recordAnswer` writes down what it said.
 *
 * After a crash an attempt is still open: `resumeAttempt` looks it up by its key first and asks
 * again only when the provider knows nothing of it.
 */
import { Gate, refuseHeld } from '../approvals/gate.ts';
import { proveApprovals } from '../approvals/prove.ts';
import { voidApprovals } from '../approvals/void.ts';
import { Refusal } from '../errors/refusal.ts';
import { treasuryPosition } from '../ledger/balances.ts';
import { lockTreasury } from '../ledger/treasury.ts';
import { payableNow, refuseUnpayable } from '../payees/payable.ts';
import { holdPayee } from '../payees/payees.ts';
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  ProviderRefused,
  ProviderUnreachable,
} from '../rails/provider.ts';
import { type Actor, type AuditDraft, perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { stalePayout, underfunded } from './errors.ts';
import { fenceStatus, refuseFenced } from './fence.ts';
import { freezeOver, freezesInForce, refuseFrozen } from './freezes.ts';
import { transition } from './machine.ts';
import {
  type AttemptRecord,
  attemptKey,
  endAttempt,
  getPayout,
  insertAttempt,
  latestAttempt,
  openAttempts,
  openAttemptsOf,
  type PayoutRecord,
} from './repository.ts';

export interface Driver {
  readonly treasury: Treasury;
  readonly actor: Actor;
  readonly provider: PayoutProvider;
}

export interface DriveResult {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly waiting: number;
  /** Approved and due, but the treasury does not hold enough. */
  readonly unfunded: number;
  /** Approved and due, but a limit of the policy is used up, or a test payment has to arrive first. */
  readonly held: number;
}

/** What one round looks at; more waits for the next. */
const ROUND_MAX = 10_000;

/** One round: what a crash left open first, then what is approved, oldest first. */
export async function drivePayouts(driver: Driver): Promise<DriveResult> {
  const tally = { started: 0, completed: 0, failed: 0, waiting: 0, unfunded: 0, held: 0 };
  const count = (payout: PayoutRecord) => {
    if (payout.status === 'completed') tally.completed += 1;
    else if (payout.status === 'failed') tally.failed += 1;
    else tally.waiting += 1;
  };
  for (const attempt of await openAttempts(driver.treasury.writer, driver.provider.rail, ROUND_MAX)) {
    count(await resumeAttempt(driver, attempt));
  }
  const free = await freeFunds(driver.treasury.writer);
  const gate = await Gate.open(driver.treasury.writer, driver.treasury.clock.nowMs());
  for (const due of await duePayouts(driver)) {
    // Left out rather than refused: what waits for funds would be refused, and written down, each round.
    const left = (free.get(due.assetId) ?? 0n) - due.amountMinor;
    if (left < 0n) {
      tally.unfunded += 1;
      continue;
    }
    const gated = gate.isOpen ? null : await getPayout(driver.treasury.writer, due.id);
    if (gated && (await gate.holds(gated))) {
      tally.held += 1;
      continue;
    }
    const attempt = await startPayout(driver, due.id);
    if (!attempt) continue;
    free.set(due.assetId, left);
    if (gated) gate.letThrough(gated);
    tally.started += 1;
    count(await askProvider(driver, attempt));
  }
  return tally;
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

interface DuePayout {
  readonly id: string;
  readonly assetId: string;
  readonly amountMinor: bigint;
}

/** What could start now, oldest first; nothing at all where payments are stopped as a whole. */
async function duePayouts({ treasury, provider }: Driver): Promise<readonly DuePayout[]> {
  const reader = treasury.writer;
  if ((await fenceStatus(reader)).fencedAtMs !== null) return [];
  const stopped = await freezesInForce(reader);
  if (stopped.some(({ scope, target }) => scope === 'vault' || (scope === 'rail' && target === provider.rail)))
    return [];
  const targets = (scope: 'asset' | 'payee') =>
    stopped.filter((entry) => entry.scope === scope).map(({ target }) => target);
  let query = reader.db
    .selectFrom('payouts')
    .select(['id', 'asset_id as assetId', 'amount_minor as amountMinor'])
    .where('status', '=', 'approved')
    .where('rail', '=', provider.rail)
    .where((due) => due.or([due('due_at_ms', 'is', null), due('due_at_ms', '<=', BigInt(treasury.clock.nowMs()))]))
    .where(payableNow(treasury.clock.nowMs()))
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(ROUND_MAX);
  if (targets('asset').length > 0) query = query.where('asset_id', 'not in', targets('asset'));
  if (targets('payee').length > 0) query = query.where('payee_id', 'not in', targets('payee'));
  return query.execute();
}

/** Null when the payout did not start: it was refused, sent back or quarantined, and that is written down. */
async function startPayout(driver: Driver, id: string): Promise<AttemptRecord | null> {
  try {
    return await perform(driver.treasury, commandOf(driver, 'payout.start'), (work) => start(work, id));
  } catch (error) {
    // Refused and audited by `perform`; the next round tries again.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

const SENT_BACK = {
  expired: 'Its approvals expired.',
  left: 'Somebody who approved it may not approve any more.',
  policy: 'The policy asks for other approvals now.',
  outdated: 'It was approved before facts and steps were part of what is signed.',
} as const;

async function start(work: Work, id: string): Promise<AttemptRecord | null> {
  const payout = await getPayout(work.tx, id);
  if (payout.status !== 'approved') throw stalePayout(payout.id, payout.status);
  await refuseFenced(work.tx);
  await refuseFrozen(work.tx, payout);
  await holdPayee(work.tx, payout.payeeId);
  await refuseUnpayable(work.tx, payout, work.nowMs);
  const proof = await proveApprovals(work.tx, payout, work.nowMs);
  if (!proof.holds) {
    if (proof.because === 'tampered') {
      await transition(work, payout, 'quarantine', { reason: `Approvals do not verify: ${proof.detail}.` });
    } else {
      await voidApprovals(work, payout.id, proof.because);
      await transition(work, payout, 'send_back', { reason: SENT_BACK[proof.because] });
    }
    return null;
  }
  // One after another on each asset: two servers do not start payouts on the same funds.
  await lockTreasury(work.tx, payout.assetId);
  await refuseUnderfunded(work.tx, payout);
  await refuseHeld(work.tx, payout, proof.ask, work.nowMs);
  const last = await latestAttempt(work.tx, payout.id);
  const number = (last?.number ?? 0n) + 1n;
  const attempt = {
    id: work.ids.next('attempt'),
    payoutId: payout.id,
    number,
    rail: payout.rail,
    key: attemptKey(payout.id, number),
  };
  await insertAttempt(work.tx, work.nowMs, attempt);
  await transition(work, payout, 'start', { details: { attempt: attempt.key } });
  return { ...attempt, status: 'open', providerReference: null };
}

/** Funds must cover what is unsettled, what is in flight, and this payout. */
async function refuseUnderfunded(reader: Reader, payout: PayoutRecord): Promise<void> {
  const free = (await freeFunds(reader)).get(payout.assetId) ?? 0n;
  if (free < payout.amountMinor) throw underfunded(payout.id, payout.assetId, payout.amountMinor - free);
}

/** The provider may or may not have been asked before the crash: it knows by the key. */
async function resumeAttempt(driver: Driver, attempt: AttemptRecord): Promise<PayoutRecord> {
  let known: ProviderAnswer | null;
  try {
    known = await driver.provider.lookup(attempt.key);
  } catch (error) {
    if (error instanceof ProviderUnreachable) return getPayout(driver.treasury.writer, attempt.payoutId);
    throw error;
  }
  if (known) return recordAnswer(driver, attempt, known);
  // The provider knows nothing of it, so asking would be paying: behind a fence the payment may have
  // been made under a later key that this vault does not remember, and a freeze stops payments.
  const payout = await getPayout(driver.treasury.writer, attempt.payoutId);
  return (await mayAsk(driver.treasury.writer, payout)) ? askProvider(driver, attempt) : payout;
}

async function mayAsk(reader: Reader, payout: PayoutRecord): Promise<boolean> {
  return (await fenceStatus(reader)).fencedAtMs === null && (await freezeOver(reader, payout)) === null;
}

async function askProvider(driver: Driver, attempt: AttemptRecord): Promise<PayoutRecord> {
  const reader = driver.treasury.writer;
  const payout = await getPayout(reader, attempt.payoutId);
  // It was set aside, or its attempt ended as never sent, while this round was busy with others.
  if (payout.status !== 'processing' || !(await isOpen(reader, attempt))) return payout;
  try {
    return await recordAnswer(driver, attempt, await driver.provider.createPayout(orderOf(payout, attempt)));
  } catch (error) {
    if (error instanceof ProviderRefused) return recordRefused(driver, attempt, error);
    // Nobody knows whether it was taken. The attempt stays open and is looked up in the next round.
    if (error instanceof ProviderUnreachable) return payout;
    throw error;
  }
}

async function isOpen(reader: Reader, attempt: AttemptRecord): Promise<boolean> {
  return (await openAttemptsOf(reader, attempt.payoutId)).some(({ id }) => id === attempt.id);
}

function orderOf(payout: PayoutRecord, attempt: AttemptRecord): PayoutOrder {
  return {
    key: attempt.key,
    payoutId: payout.id,
    address: payout.destination.address,
    memo: payout.destination.memo,
    extraId: payout.destination.extraId,
    currency: payout.destination.currency,
    assetId: payout.assetId,
    amountMinor: payout.amountMinor,
  };
}

async function recordAnswer(driver: Driver, attempt: AttemptRecord, answer: ProviderAnswer): Promise<PayoutRecord> {
  const { status, reference, message } = answer;
  if (status === 'accepted') return getPayout(driver.treasury.writer, attempt.payoutId);
  const details = { attempt: attempt.key, reference, said: answer.rawStatus };
  return record(driver, attempt, details, async (work, payout) => {
    if (status === 'unknown') {
      const reason = `The provider answered with a status that is not known: ${answer.rawStatus}`;
      return transition(work, payout, 'quarantine', { reason, details });
    }
    await endAttempt(work.tx, attempt, work.nowMs, { status, reference, message });
    return status === 'completed'
      ? transition(work, payout, 'complete', { details })
      : transition(work, payout, 'fail', { reason: message ?? answer.rawStatus, details });
  });
}

async function recordRefused(driver: Driver, attempt: AttemptRecord, refused: ProviderRefused): Promise<PayoutRecord> {
  const { message, mayRetry } = refused;
  const details = { attempt: attempt.key };
  return record(driver, attempt, { ...details, said: message }, async (work, payout) => {
    if (mayRetry) {
      await endAttempt(work.tx, attempt, work.nowMs, { status: 'unsent', reference: null, message });
      return transition(work, payout, 'unsent', { reason: message, details });
    }
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'failed', reference: null, message });
    return transition(work, payout, 'fail', { reason: message, details });
  });
}

/**
 * Writes an outcome down, unless sync or people were first: then the answer is only noted, and the
 * provider's own record of it is weighed as evidence when it comes.
 */
async function record(
  driver: Driver,
  attempt: AttemptRecord,
  said: AuditDraft['details'],
  outcome: (work: Work, payout: PayoutRecord) => Promise<PayoutRecord>,
): Promise<PayoutRecord> {
  const { writer } = driver.treasury;
  try {
    return await perform(driver.treasury, commandOf(driver, 'payout.record'), async (work) => {
      const payout = await getPayout(work.tx, attempt.payoutId);
      if (payout.status === 'processing' && (await isOpen(work.tx, attempt))) return outcome(work, payout);
      work.audit({ action: 'payout.late_answer', subject: `payout:${payout.id}`, details: { ...said } });
      return payout;
    });
  } catch (error) {
    // Decided at the same moment; refused and audited by `perform`.
    if (error instanceof Refusal && error.code === 'payout.stale') return getPayout(writer, attempt.payoutId);
    throw error;
  }
}

function commandOf(driver: Driver, action: string) {
  return {
    action,
    actor: driver.actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: `${driver.actor.id}` },
  };
}
