/**
 * A policy may ask that whoever signs a payment is somebody else than those who asked for it and
 * those who approved it. The log says who they are, not the records: see history.ts.
 */
import type { PayoutRecord } from '../payouts/repository.ts';
import type { Actor } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { loggedOtherwise, notSeparate } from './errors.ts';
import { historyOfEach } from './history.ts';
import { policyInForce } from './policy/versions.ts';

/**
 * Refuses a person who has another part in one of these payouts. Programs and jobs decide nothing:
 * they bring what others signed, and send what is signed already.
 */
export async function refuseInvolvedSigner(
  reader: Reader,
  { kind, id }: Pick<Actor, 'kind' | 'id'>,
  payouts: readonly PayoutRecord[],
): Promise<void> {
  if (kind !== 'staff') return;
  const { terms } = await policyInForce(reader);
  if (!terms.separateSigner) return;
  const histories = await historyOfEach(reader, payouts);
  for (const [payoutId, { problem }] of histories) if (problem !== null) throw loggedOtherwise(payoutId, problem);
  const theirs = [...histories].filter(([, { askers, given }]) => askers.has(id) || [...given.values()].includes(id));
  if (theirs.length > 0) {
    throw notSeparate(
      theirs.map(([payoutId]) => payoutId),
      theirs.length,
    );
  }
}
