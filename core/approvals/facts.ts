import type { PayoutRecord } from '../payouts/repository.ts';
import type { Reader } from '../store/tx.ts';
import { type Policy, policyInForce, type Requirement, requirementFor } from './policy.ts';
import type { ApprovalFacts } from './statement.ts';

/** Reads together what an approval of this payout is about. */
export async function approvalFacts(
  reader: Reader,
  payout: PayoutRecord,
): Promise<{ facts: ApprovalFacts; requirement: Requirement; policy: Policy }> {
  const policy = await policyInForce(reader);
  const requirement = requirementFor(policy, payout);
  const vault = await reader.db.selectFrom('vault').select(['id', 'network']).executeTakeFirstOrThrow();
  const payee = await reader.db
    .selectFrom('payees')
    .select(['id', 'name', 'reference'])
    .where('id', '=', payout.payeeId)
    .executeTakeFirstOrThrow();
  const asset = await reader.db
    .selectFrom('assets')
    .select(['id', 'code', 'scale', 'network', 'issuer'])
    .where('id', '=', payout.assetId)
    .executeTakeFirstOrThrow();
  return {
    facts: { vault, payout, payee, asset: { ...asset, scale: Number(asset.scale) }, policyVersion: policy.version },
    requirement,
    policy,
  };
}
