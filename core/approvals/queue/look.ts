/** What the queue says to the person who looks: whether they may approve, and if not, why. */
import type { StaffRecord } from '../../access/staff.ts';
import type { PayoutStatus } from '../../contract/payouts.ts';
import { eligibleFor } from './groups.ts';
import type { Asked, NeededStep } from './needs.ts';
import type { PayoutStanding } from './standings.ts';

/** Null where this person may approve it now. */
export function whyNotApprove(
  status: PayoutStatus,
  stands: PayoutStanding | undefined,
  personId: string,
  staff: readonly StaffRecord[],
): string | null {
  if (status !== 'pending' || !stands) return 'It does not wait for approval.';
  const { askers, approvals, changes, need, standing } = stands;
  if (askers.has(personId)) return 'You requested or changed it; somebody else approves it.';
  if (approvals.some(({ giver }) => giver.id === personId)) return 'You have approved it; it waits for others.';
  if (changes) return 'Changes were asked for; it is approved when they are made.';
  if (need.refused !== null) return need.refused;
  if (eligibleFor(standing, staff).some(({ id }) => id === personId)) return null;
  return standing.next ? `It waits for ${askedInWords(standing.next)}.` : 'It has all the approvals it needs.';
}

/** Why it cannot go on as things are; null where somebody can take the next step. */
export function whyBlocked({ need, standing }: PayoutStanding, staff: readonly StaffRecord[]): string | null {
  if (need.refused !== null) return need.refused;
  if (!standing.next) return null;
  if (eligibleFor(standing, staff).length > 0) return null;
  return `Nobody is left who could approve it: it waits for ${askedInWords(standing.next)}, and whoever asked for a payout or has approved it does not count.`;
}

export function askedInWords({ roles, groups, exceptRoles }: Asked): string {
  const from = [...roles.map(personOf), ...groups.map((group) => `somebody of ${group}`)].join(' or ');
  return exceptRoles.length === 0 ? from : `${from} who is not also ${exceptRoles.map(personOf).join(' or ')}`;
}

function personOf(role: string): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`;
}

/** Each step with how many of its approvals are in. */
export function stepsInWords(steps: readonly NeededStep[], given: readonly number[]) {
  return steps.map((step, index) => ({
    needed: step.approvals,
    given: given[index] ?? 0,
    from: askedInWords(step),
  }));
}
