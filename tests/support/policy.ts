/** Another policy than a new vault's, as its next version: signed by Ada, who sets the treasury up. */
import { sql } from 'kysely';
import { policyBelieved } from '../../core/approvals/policy/versions.ts';
import type { ApprovalStep, PolicyRule, PolicyTerms } from '../../core/contract/policy-terms.ts';
import type { TestTreasury } from './treasury.ts';

/** Gives how many waiting payouts need their approvals anew. */
export async function putInForce(
  t: Pick<TestTreasury, 'govern' | 'treasury'>,
  rules: readonly PolicyRule[],
  rest: Partial<Omit<PolicyTerms, 'rules'>> = {},
): Promise<{ pending: number; approved: number }> {
  const { writer } = t.treasury;
  const { version } = await policyBelieved(writer);
  await t.govern({
    kind: 'policy',
    baseVersion: Number(version),
    terms: { limits: [], separateSigner: false, ...rest, rules: [...rules] },
    reason: 'test',
  });
  const [event] = await writer.rows<{ payload: string }>(
    sql`select payload from outbox where name = 'policy.changed' order by seq desc limit 1`,
  );
  const { pending, approved } = JSON.parse(event?.payload ?? '') as { pending: number; approved: number };
  return { pending, approved };
}

/** A rule about any payout; so many approvers, unless other steps are given. */
export function anyNeeds(...steps: readonly (number | ApprovalStep)[]): PolicyRule {
  return {
    id: 'any',
    name: 'Any payout',
    when: {},
    ask: {
      steps: steps.map((step) => (typeof step === 'number' ? { approvals: step, roles: ['approver'] } : step)),
    },
  };
}

/** A rule about payouts of so much in dollars, or more. */
export function fromDollars(minor: number, ...steps: readonly (number | ApprovalStep)[]): PolicyRule {
  return {
    ...anyNeeds(...steps),
    id: `from-${minor}`,
    name: `From ${minor}`,
    when: { amounts: [{ assetId: 'iso:USD' as never, fromMinor: String(minor) }] },
  };
}
