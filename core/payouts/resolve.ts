/** Carrying out acts that two people have signed, the resolution of a quarantine above all. */
import { sql } from 'kysely';
import type { SignedAct } from '../approvals/act-records.ts';
import { signAct } from '../approvals/acts.ts';
import { actStale } from '../approvals/errors.ts';
import type { ActTerms } from '../contract/acts.ts';
import type { PayoutId } from '../ids/ids.ts';
import { dropWhatWasDue } from '../notifications/while-fenced.ts';
import type { Work } from '../store/command.ts';
import {
  type AttemptRecord,
  attemptsOf,
  correctAttempt,
  endAttempt,
  isPaymentOf,
  RESOLVED_BY_TWO,
} from './attempts.ts';
import { notProvenUnsent, stalePayout } from './errors.ts';
import { liftFence } from './fence.ts';
import { liftFreeze } from './freezes.ts';
import { claimAgain } from './life.ts';
import { transition } from './machine.ts';
import { getPayout, type PayoutRecord, updateGuarded } from './repository.ts';
import { newestSettled } from './settled-attempts.ts';
import { noteGivenUp } from './unweighed.ts';

type Resolution = Extract<ActTerms, { kind: 'resolution' }>;

/** Attempts of which the provider said, just before, that it knows nothing of them. */
export type ProvenUnknown = ReadonlySet<string>;

export async function signActOfTwo(
  work: Work,
  input: { readonly statement: string; readonly signature: string },
  provenUnknown: ProvenUnknown,
): Promise<SignedAct> {
  const act = await signAct(work, input);
  const { terms } = act;
  if (terms.kind === 'resolution') {
    // Also the first signature is only taken for something that could be carried out.
    await resolvable(work, terms, provenUnknown);
  }
  if (!act.complete) return act;
  switch (terms.kind) {
    case 'resolution':
      await resolve(work, terms, provenUnknown);
      if (terms.to === 'approved') await noteGivenUp(work, terms.payoutId as PayoutId, act.id);
      break;
    case 'unfreeze':
      await liftFreeze(work, terms.freezeId);
      break;
    case 'lift_fence':
      // What was due when it was copied is not sent by the copy, also not from now on.
      await dropWhatWasDue(work.tx);
      await liftFence(work, terms);
      break;
    default:
      // Governance is carried out where it is signed.
      break;
  }
  return act;
}

async function resolvable(work: Work, terms: Resolution, provenUnknown: ProvenUnknown): Promise<PayoutRecord> {
  const payout = await getPayout(work.tx, terms.payoutId);
  if (payout.status !== 'quarantined') throw stalePayout(payout.id, payout.status);
  if (payout.version !== BigInt(terms.payoutVersion)) throw actStale();
  if (terms.to === 'approved' || terms.to === 'cancelled') {
    for (const attempt of await attemptsOf(work.tx, payout.id)) refuseMaybeSent(payout, attempt, provenUnknown);
  }
  return payout;
}

/** An attempt is proven unsent when it ended so, or when the provider knows nothing of its key. */
function refuseMaybeSent(payout: PayoutRecord, attempt: AttemptRecord, provenUnknown: ProvenUnknown): void {
  if (attempt.status === 'unsent') return;
  // What failed on NOWPayments may still be paid.
  if (attempt.status === 'failed' && attempt.rail !== 'nowpayments') return;
  if (attempt.status === 'open' && provenUnknown.has(attempt.key)) return;
  throw notProvenUnsent(payout.id, attempt.key);
}

async function resolve(work: Work, terms: Resolution, provenUnknown: ProvenUnknown): Promise<PayoutRecord> {
  const payout = await resolvable(work, terms, provenUnknown);
  // While it was failed or cancelled, others may have been promised what its statement has left.
  if (terms.to === 'approved') await claimAgain(work, payout);
  for (const attempt of await attemptsOf(work.tx, payout.id)) {
    const { status, providerReference: reference } = attempt;
    if (status === 'open') await endAttempt(work.tx, attempt, work.nowMs, endOf(terms, attempt));
    // It was paid, and came back: should the provider say once more that it was paid, that is news.
    if (status === 'completed' && terms.to === 'failed') {
      await correctAttempt(work.tx, attempt, { status: 'failed', reference, message: messageOf(terms) });
    }
  }
  const resolved = await transition(work, payout, `resolve_${terms.to}`, {
    reason: terms.reason,
    details: { evidence: terms.evidence },
  });
  return terms.to === 'completed' ? paidAfterAll(work, resolved, messageOf(terms)) : resolved;
}

/** The provider's record of the payment was matched before anybody said that it had failed: it is that payment again. */
async function paidAfterAll(work: Work, payout: PayoutRecord, message: string): Promise<PayoutRecord> {
  if (payout.settledAtMs !== null) return payout;
  await weighAgain(work, payout);
  const attempts = await attemptsOf(work.tx, payout.id);
  const settledId = await newestSettled(work.tx, payout.id);
  const settled = attempts.find(({ id }) => id === settledId);
  if (settled?.status !== 'failed' || attempts.some(({ status }) => status === 'completed')) return payout;
  // Of what it was then, the record says nothing of what it is now.
  if (!isPaymentOf(payout, settled)) return payout;
  await correctAttempt(work.tx, settled, { status: 'completed', reference: settled.providerReference, message });
  return updateGuarded(work.tx, payout, work.nowMs, { settled_at_ms: BigInt(work.nowMs) });
}

/** What the provider said of it changed nothing while it was taken to have failed; now it may be what settles it. */
async function weighAgain(work: Work, { id }: PayoutRecord): Promise<void> {
  await work.tx.run(sql`
    update provider_events set outcome = 'quarantined', handled_at_ms = null
    where payout_id = ${id} and outcome = 'noted'`);
}

function endOf(terms: Resolution, attempt: AttemptRecord) {
  const status = terms.to === 'completed' || terms.to === 'failed' ? terms.to : ('unsent' as const);
  return { status, reference: attempt.providerReference, message: messageOf(terms) };
}

const messageOf = ({ reason }: Resolution) => `${RESOLVED_BY_TWO}${reason}`;
