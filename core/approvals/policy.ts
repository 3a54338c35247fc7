/**
 * Who must approve. Policies are data: ordered rules of which the first that matches decides; when
 * none matches the payout is refused. Each change is a new version, and what is signed names it.
 */
import { z } from 'zod';
import { canonical } from '../canonical/canonical.ts';
import { railName } from '../contract/payees.ts';
import { assetIdText, minorUnits, type Role, role } from '../contract/words.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { noRuleMatches } from './errors.ts';

const rule = z.strictObject({
  when: z.strictObject({
    rails: z.array(railName).optional(),
    assets: z.array(assetIdText).optional(),
    /** Matches payouts of at least this amount. */
    fromMinor: minorUnits.optional(),
  }),
  ask: z.strictObject({ approvals: z.int().min(1).max(10), from: z.array(role).min(1) }),
});

export const policyRules = z.array(rule).min(1).max(100);
export type PolicyRule = z.infer<typeof rule>;

export interface Requirement {
  readonly policyVersion: bigint;
  readonly approvals: number;
  readonly from: readonly Role[];
  readonly inWords: string;
}

/** A new vault's policy: any payout needs one approver who did not ask for it. */
const TWO_PERSON: readonly PolicyRule[] = [{ when: {}, ask: { approvals: 1, from: ['approver'] } }];

export async function writeFirstPolicy(tx: Tx, nowMs: number, createdBy: string): Promise<void> {
  await tx.write
    .insertInto('policies')
    .values({ version: 1n, rules: canonical(TWO_PERSON as never), created_at_ms: BigInt(nowMs), created_by: createdBy })
    .execute();
}

export interface Policy {
  readonly version: bigint;
  readonly rules: readonly PolicyRule[];
}

export async function policyInForce(reader: Reader): Promise<Policy> {
  const row = await reader.db.selectFrom('policies').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst();
  if (!row) throw new Error('The vault has no policy: it was not set up');
  return { version: row.version, rules: policyRules.parse(JSON.parse(row.rules)) };
}

type Ruled = { readonly id: string } & Pick<PayoutRecord, 'rail' | 'assetId' | 'amountMinor'>;

export function requirementFor(policy: Policy, payout: Ruled): Requirement {
  const match = policy.rules.find(({ when }) => matches(when, payout));
  if (!match) throw noRuleMatches(payout.id);
  return {
    policyVersion: policy.version,
    approvals: match.ask.approvals,
    from: match.ask.from,
    inWords: ruleInWords(match),
  };
}

/** Whether any rule decides about it; cheap enough to be asked of every row of a file. */
export function covers(policy: Policy, payout: Omit<Ruled, 'id'>): boolean {
  return policy.rules.some(({ when }) => matches(when, payout));
}

function matches(when: PolicyRule['when'], payout: Omit<Ruled, 'id'>): boolean {
  return (
    (when.rails?.includes(payout.rail) ?? true) &&
    (when.assets?.includes(payout.assetId) ?? true) &&
    (when.fromMinor === undefined || payout.amountMinor >= BigInt(when.fromMinor))
  );
}

export function ruleInWords({ when, ask }: PolicyRule): string {
  const conditions = [
    when.rails && `over ${when.rails.join(' or ')}`,
    when.assets && `in ${when.assets.join(' or ')}`,
    when.fromMinor && `of ${when.fromMinor} minor units or more`,
  ].filter(Boolean);
  const subject = conditions.length > 0 ? `A payout ${conditions.join(', ')}` : 'Any payout';
  const people =
    ask.approvals === 1 ? `one ${ask.from.join(' or ')}` : `${ask.approvals} people who are ${ask.from.join(' or ')}`;
  return `${subject} needs ${people}, and nobody approves their own act.`;
}
