/**
 * Proves the approvals of a payout again, from their stored bytes, when money is about to move:
 *
 * 1. Each is signed by its approver's key, over the records as they are now, and names a policy that
 *    was in force and asked exactly this of the facts that were signed. What fails here was changed
 *    behind the program's back.
 * 2. Each counts now: not expired, and by somebody whom its step still asks.
 * 3. The policy in force now, asked about the facts that were signed, asks for the same, and the
 *    approvals that count take every one of its steps.
 */
import { listStaff, type StaffRecord } from '../access/staff.ts';
import type { ApprovalStatement } from '../contract/approval-statement.ts';
import type { ApprovalAsk } from '../contract/policy-terms.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import { verifySignature } from '../signatures/verify-signature.ts';
import type { Reader } from '../store/tx.ts';
import { decide, type Requirement, sameRequirement } from './policy/decide.ts';
import { isAsked, progressOf, type StepApproval } from './policy/steps.ts';
import type { Policy } from './policy/terms.ts';
import { policyAt, policyInForce } from './policy/versions.ts';
import { recordsOf } from './records.ts';
import {
  type ApprovalRecords,
  differingField,
  isOutdated,
  readStatement,
  recordsIn,
  signedFacts,
  signedRequirement,
} from './statement.ts';

export type ApprovalProof =
  /** `ask` is what the policy in force asks of it beside approvals. */
  | { readonly holds: true; readonly ask: ApprovalAsk }
  /** Time has passed, somebody may not approve any more, or the policy asks for something else; nobody did anything wrong. */
  | { readonly holds: false; readonly because: 'expired' | 'left' | 'policy' | 'outdated' }
  /** The records are not what was signed: somebody changed something behind the program's back. */
  | { readonly holds: false; readonly because: 'tampered'; readonly detail: string };

interface Proven extends StepApproval {
  readonly person: StaffRecord;
  readonly signed: ApprovalStatement;
}

export async function proveApprovals(reader: Reader, payout: PayoutRecord, nowMs: number): Promise<ApprovalProof> {
  const records = await recordsOf(reader, payout);
  const policy = await policyInForce(reader);
  const people = new Map((await listStaff(reader)).map((person) => [person.id as string, person]));
  const rows = await reader.db
    .selectFrom('approvals')
    .select(['staff_id', 'statement', 'signature'])
    .where('payout_id', '=', payout.id)
    .where('revision', '=', payout.revision)
    .where('voided_at_ms', 'is', null)
    .orderBy('given_at_ms')
    .execute();
  if (rows.some(({ statement }) => isOutdated(statement))) return { holds: false, because: 'outdated' };
  const { history } = records;
  if (history.problem !== null) return tampered(history.problem);
  const proven: Proven[] = [];
  for (const { staff_id: id, statement, signature } of rows) {
    const now = people.get(id);
    if (!now) return tampered('approved by somebody who was never on staff');
    const signed = readStatement(statement);
    const person = signed === null ? now : asSigned(now, signed);
    const wrong = signed
      ? (whatIsWrong(records, person, signed, statement, signature) ?? (await whatPolicyDenies(reader, signed)))
      : 'an approval is no statement';
    if (wrong !== null || !signed) return tampered(wrong ?? 'an approval is no statement');
    if (history.askers.has(id)) return tampered('approved by its requester');
    if (history.given.get(signature) !== id) return tampered('an approval is not in the log, or was taken back');
    proven.push({ person, signed, step: signed.policy.step, statedAtMs: signed.statedAtMs });
  }
  const proof = countNow(policy, proven, nowMs);
  const isTampered = !proof.holds && proof.because === 'tampered';
  return isTampered || history.misplaced === null ? proof : tampered(history.misplaced);
}

/** As whoever signed: with a key they have no more their approval is theirs still, and counts no more. */
function asSigned(person: StaffRecord, { approver }: ApprovalStatement): StaffRecord {
  if (!person.pastKeys.includes(approver.publicKey)) return person;
  return { ...person, publicKey: approver.publicKey, roles: [], groups: [] };
}

const tampered = (detail: string) => ({ holds: false, because: 'tampered', detail }) as const;

function whatIsWrong(
  records: ApprovalRecords,
  approver: StaffRecord,
  signed: ApprovalStatement,
  text: string,
  signature: string,
): string | null {
  const expected = { ...recordsIn(records), approver: { id: approver.id, publicKey: approver.publicKey } };
  const differs = differingField(expected, signed);
  if (differs) return `${differs} is not what was approved`;
  return verifySignature(approver.publicKey, text, signature) ? null : 'a signature does not verify';
}

/** Whether the policy that is named was ever there, and asked this very thing of these very facts. */
async function whatPolicyDenies(reader: Reader, signed: ApprovalStatement): Promise<string | null> {
  const { version, hash, rule, step } = signed.policy;
  const policy = await policyAt(reader, BigInt(version));
  if (policy?.hash !== hash) return 'policy is not the one that was in force';
  const then = decide(policy.terms, signedFacts(signed));
  const asked =
    then.outcome === 'asks' && then.rule.id === rule && sameRequirement(then.requirement, signedRequirement(signed));
  if (!asked || step >= then.requirement.steps.length) return 'policy did not ask for what was approved';
  return signed.expiresAtMs === signed.statedAtMs + then.requirement.validForMs
    ? null
    : 'expiresAtMs is not what the policy allows';
}

/** Whether what was proven is enough for the policy in force, and if not, why not. */
function countNow(policy: Policy, proven: readonly Proven[], nowMs: number): ApprovalProof {
  const [first] = proven.filter((approval) => wereEnough(proven, signedRequirement(approval.signed)));
  if (!first) return tampered('fewer approvals than the policy asked for');
  const now = decide(policy.terms, signedFacts(first.signed));
  if (now.outcome !== 'asks') return { holds: false, because: 'policy' };
  const { requirement, ask } = now;
  const same = proven.filter(({ signed }) => isAskedStill(policy, requirement, signed));
  const asked = same.filter(({ step, person }) => {
    const place = requirement.steps[step];
    return place !== undefined && isAsked(place, person);
  });
  const isEnough = (approvals: readonly Proven[]) => progressOf(requirement.steps, onePerKey(approvals)).next === null;
  if (isEnough(asked.filter(({ signed }) => signed.expiresAtMs > nowMs))) return { holds: true, ask };
  if (isEnough(asked)) return { holds: false, because: 'expired' };
  if (same.length < proven.length) return { holds: false, because: 'policy' };
  if (same.length > asked.length) return { holds: false, because: 'left' };
  return tampered('approvals in another order than the policy asks for');
}

/** Whether there are as many as were asked for when they were given, whoever of them still counts. */
function wereEnough(proven: readonly Proven[], requirement: Requirement): boolean {
  const alike = proven.filter(({ signed }) => sameRequirement(signedRequirement(signed), requirement));
  const given = onePerKey(alike);
  return requirement.steps.every(
    (step, place) =>
      (place > 0 && !step.distinct) || given.filter((approval) => approval.step === place).length >= step.approvals,
  );
}

/** The facts of each approver are their own; all of them must lead to what is asked of the first. */
function isAskedStill(policy: Policy, requirement: Requirement, signed: ApprovalStatement): boolean {
  const now = decide(policy.terms, signedFacts(signed));
  return (
    now.outcome === 'asks' &&
    sameRequirement(now.requirement, requirement) &&
    sameRequirement(signedRequirement(signed), requirement)
  );
}

/** One person's approval counts once, however often it is in the records. */
function onePerKey(approvals: readonly Proven[]): readonly Proven[] {
  return [...new Map(approvals.map((approval) => [approval.person.publicKey, approval])).values()];
}
