/** Another policy than a new vault's, as its next version: Ada signs for it. */
import { trustOf } from '../../core/access/trust/trust.ts';
import type { ApprovalStep, PolicyRule, PolicyTerms } from '../../core/contract/policy-terms.ts';
import type { TestTreasury } from './treasury.ts';

export async function writePolicy(
  t: TestTreasury,
  rules: readonly PolicyRule[],
  rest: Partial<Omit<PolicyTerms, 'rules'>> = {},
): Promise<void> {
  const { policy } = await trustOf(t.treasury.writer);
  const terms = { limits: [], separateSigner: false, ...rest, rules: [...rules] };
  await t.govern({ kind: 'policy', baseVersion: policy.version, terms, reason: 'A test asks for it.' });
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
