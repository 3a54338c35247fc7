/** Another policy than a new vault's, as its next version. */
import { sql } from 'kysely';
import { policyText } from '../../core/approvals/policy/terms.ts';
import type { ApprovalStep, PolicyRule, PolicyTerms } from '../../core/contract/policy-terms.ts';
import type { Writer } from '../../core/store/tx.ts';
import { TEST_START_MS } from './treasury.ts';

export async function writePolicy(
  writer: Writer,
  rules: readonly PolicyRule[],
  rest: Partial<Omit<PolicyTerms, 'rules'>> = {},
): Promise<void> {
  const text = policyText({ limits: [], separateSigner: false, ...rest, rules: [...rules] });
  await writer.transaction((tx) =>
    tx.run(sql`
      insert into policies (version, rules, created_at_ms, created_by)
      select max(version) + 1, ${text}, ${BigInt(TEST_START_MS)}, 'test' from policies`),
  );
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
