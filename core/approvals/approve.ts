/** Giving an approval: what is signed is made from the records, and made again when it comes back. */

import { forbidden } from '../access/errors.ts';
import { activeStaff, type StaffRecord } from '../access/staff.ts';
import { soundTrust } from '../access/trust/trust.ts';
import type { ApprovalStatement } from '../contract/approval-statement.ts';
import { invariant } from '../errors/refusal.ts';
import { notApprovable } from '../payouts/errors.ts';
import { transition } from '../payouts/machine.ts';
import { getPayout, lockPayout, type PayoutRecord } from '../payouts/repository.ts';
import { verifySignature } from '../signatures/verify-signature.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import type { Reader } from '../store/tx.ts';
import { openRequest } from './changes.ts';
import {
  alreadyGiven,
  loggedOtherwise,
  noRuleMatches,
  ownAct,
  ruleDenies,
  signatureInvalid,
  statementStale,
} from './errors.ts';
import type { Decision } from './policy/decide.ts';
import { readAssetNames, ruleInWords, stepInWords } from './policy/in-words.ts';
import { isAsked, progressOf, type StepApproval } from './policy/steps.ts';
import { policyInForce } from './policy/versions.ts';
import { changesFirst } from './queue/errors.ts';
import { refreshQueue } from './queue/refresh.ts';
import { recordsOf } from './records.ts';
import { type LiveApproval, type Standing, standingOf } from './standing.ts';
import {
  type ApprovalRecords,
  type Approver,
  differingField,
  readStatement,
  statementOf,
  statementText,
} from './statement.ts';
import { voidSome } from './void.ts';

/** A statement is signed soon after it was made, or made again. */
const STATEMENT_AGE_MS_MAX = 15 * 60 * 1000;

export async function prepareApproval(
  reader: Reader,
  approver: Approver,
  payoutId: string,
  nowMs: number,
): Promise<{ statement: string; ruleInWords: string }> {
  const payout = await getPayout(reader, payoutId);
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  const standing = await standingOf(reader, await policyInForce(reader), payout, nowMs);
  const { rule } = askedBy(payout.id, standing.decision);
  return {
    statement: statementText(statementFor(await recordsOf(reader, payout), standing, approver)),
    ruleInWords: ruleInWords(rule, await readAssetNames(reader)),
  };
}

/** What this person would sign for the payout as it stands. */
export function statementFor(records: ApprovalRecords, standing: Standing, approver: Approver): ApprovalStatement {
  const { facts, policy } = standing;
  const { rule, requirement } = askedBy(records.payout.id, standing.decision);
  return statementOf(records, { facts, policy, ruleId: rule.id, requirement, step: stepOf(standing) }, approver);
}

type Asking = Extract<Decision, { outcome: 'asks' }>;

/** The rule that asks for approvals; where none does, the refusal says so. */
export function askedBy(payoutId: string, decision: Decision): Asking {
  if (decision.outcome === 'asks') return decision;
  if (decision.outcome === 'denied') throw ruleDenies(payoutId, decision.rule.id, decision.reason);
  throw noRuleMatches(payoutId);
}

/** The step that is asked now; an approval too many is for the last one. */
function stepOf({ progress, decision }: Standing): number {
  const steps = decision.outcome === 'asks' ? decision.requirement.steps.length : 0;
  return progress?.next ?? Math.max(0, steps - 1);
}

export interface Signed {
  readonly statement: string;
  readonly signature: string;
}

/** Everything that an approval is judged by, read together. */
export interface Judged {
  readonly records: ApprovalRecords;
  /** As of the moment that the statement names: what has passed since is no difference, what was changed is. */
  readonly standing: Standing;
}

/** Refused where it is not this person's to approve, or not now, whatever they sign. */
export function refuseApprover({ records, standing }: Judged, approver: StaffRecord): void {
  const { payout, history } = records;
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  if (history.askers.has(approver.id)) throw ownAct(payout.id);
  const problem = history.problem ?? history.misplaced;
  if (problem !== null) throw loggedOtherwise(payout.id, problem);
  const { requirement } = askedBy(payout.id, standing.decision);
  if ([...(standing.progress?.counted ?? [])].some(({ person }) => person.id === approver.id)) {
    throw alreadyGiven(payout.id);
  }
  const asked = requirement.steps[stepOf(standing)];
  invariant(asked, 'a rule that asks has steps');
  if (!isAsked(asked, approver)) throw forbidden(stepInWords(asked));
}

/** Refuses what does not count; gives the statement that was signed. */
export function accept(
  judged: Judged,
  approver: StaffRecord,
  { statement, signature }: Signed,
  nowMs: number,
): ApprovalStatement {
  const { records, standing } = judged;
  const { payout } = records;
  refuseApprover(judged, approver);
  const signed = readSigned(payout.id, statement, nowMs);
  const expected = statementFor(records, standing, approver);
  const differs = differingField(expected, signed);
  if (differs) throw statementStale(payout.id, differs);
  // Signed are the very bytes that came in; they must also be the canonical ones, which are kept.
  if (statement !== statementText(expected)) throw signatureInvalid(payout.id);
  if (!verifySignature(approver.publicKey, statement, signature)) throw signatureInvalid(payout.id);
  return signed;
}

/** A text that is a statement at all, and made lately. */
export function readSigned(payoutId: string, statement: string, nowMs: number): ApprovalStatement {
  const signed = readStatement(statement);
  if (!signed) throw signatureInvalid(payoutId);
  if (Math.abs(nowMs - signed.statedAtMs) > STATEMENT_AGE_MS_MAX) throw statementStale(payoutId, 'statedAtMs');
  return signed;
}

export async function giveApproval(work: Work, input: Signed & { readonly id: string }): Promise<PayoutRecord> {
  // Two people's approvals are counted one after the other, or neither would be the last one needed.
  const payout = await lockPayout(work.tx, input.id);
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  if (await openRequest(work, payout.id)) throw changesFirst(payout.id);
  await soundTrust(work.tx);
  const approver = await activeStaff(work.tx, work.actor.id);
  const { statedAtMs } = readSigned(payout.id, input.statement, work.nowMs);
  const judged: Judged = {
    records: await recordsOf(work.tx, payout),
    standing: await standingOf(work.tx, await policyInForce(work.tx), payout, statedAtMs),
  };
  const signed = accept(judged, approver, input, work.nowMs);
  const accepted = { judged, signed, input };
  await keep(work, approver, [accepted]);
  if (completes(judged.standing, approver, signed)) {
    return transition(work, payout, 'approve', { details: { approvals: approvalsWith(accepted) } });
  }
  await refreshQueue(work, [payout.id]);
  return payout;
}

/** One that counts, with what it was judged by. */
export interface Accepted {
  readonly judged: Judged;
  readonly signed: ApprovalStatement;
  readonly input: Signed;
}

/** How many approvals count with this one. */
export function approvalsWith({ judged }: Accepted): number {
  return (judged.standing.progress?.counted.size ?? 0) + 1;
}

/** Writes them down, each with its entry in the log. What follows from them is the caller's. */
export async function keep(work: Work, approver: StaffRecord, accepted: readonly Accepted[]): Promise<void> {
  // Given for what is not asked any more, or expired: the same people can be asked again.
  await voidSome(
    work,
    accepted.flatMap((one) => supersededBy(one).map(({ id }) => id)),
    'superseded',
  );
  await insertRows(
    work.tx,
    'approvals',
    APPROVAL_COLUMNS,
    accepted.map(({ judged, signed, input }) => ({
      id: work.ids.next('approval'),
      payout_id: judged.records.payout.id,
      revision: judged.records.payout.revision,
      staff_id: approver.id,
      statement: input.statement,
      signature: input.signature,
      given_at_ms: BigInt(work.nowMs),
      expires_at_ms: BigInt(signed.expiresAtMs),
      voided_at_ms: null,
      void_reason: null,
    })),
  );
  for (const one of accepted) note(work, approver, one);
}

const APPROVAL_COLUMNS = {
  id: 'text',
  payout_id: 'text',
  revision: 'bigint',
  staff_id: 'text',
  statement: 'text',
  signature: 'text',
  given_at_ms: 'bigint',
  expires_at_ms: 'bigint',
  voided_at_ms: 'bigint',
  void_reason: 'text',
} as const;

function supersededBy({ judged: { standing } }: Accepted): readonly LiveApproval[] {
  return standing.approvals.filter((approval) => !standing.progress?.counted.has(approval));
}

function note(work: Work, approver: StaffRecord, one: Accepted): void {
  const { payout } = one.judged.records;
  const { version, rule, step } = one.signed.policy;
  const superseded = supersededBy(one).map(({ person }) => person.id as string);
  work.audit({
    action: 'payout.approve',
    subject: `payout:${payout.id}`,
    details: {
      revision: Number(payout.revision),
      policyVersion: version,
      rule,
      step,
      signature: one.input.signature,
      ...(superseded.length > 0 ? { superseded } : {}),
    },
  });
  work.emit({ name: 'approval.given', subject: `payout:${payout.id}`, payload: { by: approver.id } });
}

/** Whether this approval is the last that was missing. */
export function completes({ decision, progress }: Standing, person: StaffRecord, signed: ApprovalStatement): boolean {
  if (decision.outcome !== 'asks') return false;
  const now = { person, step: signed.policy.step, statedAtMs: signed.statedAtMs };
  const approvals: readonly StepApproval[] = [...(progress?.counted ?? []), now];
  return progressOf(decision.requirement.steps, approvals).next === null;
}
