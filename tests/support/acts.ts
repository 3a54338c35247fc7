/** Two people doing together what one may not do alone. */
import { prepareAct } from '../../core/approvals/acts.ts';
import type { ActTerms } from '../../core/contract/acts.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import { type ProvenUnknown, signActOfTwo } from '../../core/payouts/resolve.ts';
import type { Person, TestTreasury } from './treasury.ts';

export async function signTerms(
  t: TestTreasury,
  who: Person,
  terms: ActTerms,
  provenUnknown: ProvenUnknown = new Set(),
) {
  const { statement } = await prepareAct(t.treasury.writer, who.staff, terms, t.clock.nowMs());
  const signature = t.sign(who, statement);
  return t.as(who.actor, (work) => signActOfTwo(work, { statement, signature }, provenUnknown), 'act.sign');
}

export async function resolutionOf(
  t: TestTreasury,
  payoutId: string,
  to: Extract<ActTerms, { kind: 'resolution' }>['to'],
): Promise<Extract<ActTerms, { kind: 'resolution' }>> {
  const { version } = await getPayout(t.treasury.writer, payoutId);
  return {
    kind: 'resolution',
    payoutId,
    payoutVersion: Number(version),
    to,
    reason: 'The provider was asked by telephone.',
    evidence: 'Ticket 4711',
  };
}
