/** What the queue says to the person who looks: whether they may approve, and if not, why. */
import type { StaffRecord } from '../../access/staff.ts';
import type { PayoutStatus } from '../../contract/payouts.ts';
import { whyNot } from '../policy/decide.ts';
import { type AssetNames, ruleInWords, stepInWords } from '../policy/in-words.ts';
import type { Standing } from '../standing.ts';
import { isNext, placeOf } from './groups.ts';
import type { PayoutStanding } from './standings.ts';

/** Null where this person may approve it now. */
export function whyNotApprove(
  status: PayoutStatus,
  stands: PayoutStanding | undefined,
  personId: string,
  staff: readonly StaffRecord[],
): string | null {
  if (status !== 'pending' || !stands) return 'It does not wait for approval.';
  const { standing, changes } = stands;
  const { decision, progress } = standing;
  if (standing.askers.has(personId)) return 'You requested or changed it; somebody else approves it.';
  if ([...(progress?.counted ?? [])].some(({ person }) => person.id === personId)) {
    return 'You have approved it; it waits for others.';
  }
  if (changes) return 'Changes were asked for; it is approved when they are made.';
  if (decision.outcome !== 'asks') return whyNot(decision);
  if (isNext(placeOf(standing, false, null), personId, staff)) return null;
  const { steps } = decision.requirement;
  const next = steps[progress?.next ?? steps.length - 1];
  return next ? `It waits for ${stepInWords(next)}.` : 'It has all the approvals it needs.';
}

/** The rule that decides about it now, or why none lets anybody approve it. */
export function decisionInWords({ decision }: Standing, assets: AssetNames): string {
  return decision.outcome === 'asks' ? ruleInWords(decision.rule, assets) : whyNot(decision);
}

/** Each step with how many of its approvals are in. */
export function stepsInWords({ decision, progress }: Standing) {
  if (decision.outcome !== 'asks') return [];
  return decision.requirement.steps.map((step, place) => ({
    needed: step.approvals,
    given: progress?.given[place] ?? 0,
    from: stepInWords(step, place),
  }));
}
