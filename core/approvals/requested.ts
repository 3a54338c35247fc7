/** What the policy says about payouts that were just asked for, or edited. */
import { listStaff } from '../access/staff.ts';
import { type PayoutRecord, payoutFromRow } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import { askedBy } from './approve.ts';
import { refusesNothing } from './policy/cover.ts';
import { decide, requirementOf } from './policy/decide.ts';
import { factsOfEach } from './policy/facts.ts';
import { canBeTaken } from './policy/steps.ts';
import type { Policy } from './policy/terms.ts';
import { policyInForce } from './policy/versions.ts';
import { standingOfEach } from './standing.ts';

/** A payout that could never be approved is refused now, not left waiting. They are in the records by then. */
export async function refuseUndecided(work: Work, payouts: readonly PayoutRecord[]): Promise<void> {
  const { terms } = await policyInForce(work.tx);
  if (refusesNothing(terms)) return;
  const facts = await factsOfEach(work.tx, payouts, work.nowMs);
  for (const payout of payouts) {
    const known = facts.get(payout.id);
    if (known) askedBy(payout.id, decide(terms, known));
  }
}

/** After people or rules changed: the same of everything that waits. */
export async function announceWaiting(work: Work): Promise<void> {
  const rows = await work.tx.db
    .selectFrom('payouts')
    .selectAll()
    .where('status', '=', 'pending')
    .limit(EACH_MAX + 1)
    .execute();
  await announceBlocked(work, rows.map(payoutFromRow));
}

/** Of more than these at once it is said with one event for all of them. */
const EACH_MAX = 500;

/**
 * Says of each that waits for somebody who is not there. It stays as it is: people come, and
 * policies change.
 */
export async function announceBlocked(work: Work, payouts: readonly PayoutRecord[]): Promise<void> {
  if (payouts.length === 0) return;
  const policy = await policyInForce(work.tx);
  if (await blocksNobody(work, policy, payouts)) return;
  if (payouts.length > EACH_MAX) {
    const why = 'Some payouts ask for more people than there are who did not ask for them.';
    work.emit({ name: 'approval.blocked', subject: 'policy', payload: { why } });
    return;
  }
  for (const [id, { blocked }] of await standingOfEach(work.tx, policy, payouts, work.nowMs)) {
    if (blocked) work.emit({ name: 'approval.blocked', subject: `payout:${id}`, payload: { ...blocked } });
  }
}

/** Nearly always enough people are there for every rule, whoever asked; then nothing has to be looked up. */
async function blocksNobody(work: Work, { terms }: Policy, payouts: readonly PayoutRecord[]): Promise<boolean> {
  if (!refusesNothing(terms)) return false;
  // Editing and asking again add to those who asked; each of these is looked at.
  if (payouts.some(({ revision, attempts }) => revision > 1n || attempts > 0n)) return false;
  const staff = await listStaff(work.tx);
  const askers = [...new Set(payouts.map(({ requestedBy }) => requestedBy))];
  return askers.every((asker) => {
    const others = staff.filter(({ id }) => id !== asker);
    return terms.rules.every(({ ask }) => ask === undefined || canBeTaken(requirementOf(ask).steps, [], others));
  });
}
