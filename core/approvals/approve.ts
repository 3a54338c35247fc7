/** Giving an approval, and proving the given ones again when money is about to move. */

import { forbidden } from '../access/errors.ts';
import { activeStaff, listStaff, type StaffRecord } from '../access/staff.ts';
import { invariant } from '../errors/refusal.ts';
import type { ApprovalId } from '../ids/ids.ts';
import { notApprovable } from '../payouts/errors.ts';
import { transition } from '../payouts/machine.ts';
import { getPayout, lockPayout, type PayoutRecord } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { askersOf } from './askers.ts';
import { alreadyGiven, ownAct, signatureInvalid, statementStale } from './errors.ts';
import { approvalFacts } from './facts.ts';
import type { Requirement } from './policy.ts';
import {
  APPROVAL_LIFETIME_MS,
  type ApprovalFacts,
  differingField,
  readStatement,
  statementOf,
  statementText,
  verifySignature,
} from './statement.ts';

/** A statement is signed soon after it was made, or made again. */
const STATEMENT_AGE_MS_MAX = 15 * 60 * 1000;

export interface GivenApproval {
  readonly id: ApprovalId;
  readonly staffId: string;
  readonly name: string;
  readonly atMs: number;
}

export async function prepareApproval(
  reader: Reader,
  approver: { readonly id: string; readonly publicKey: string },
  payoutId: string,
  nowMs: number,
): Promise<{ statement: string; ruleInWords: string }> {
  const payout = await getPayout(reader, payoutId);
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  const { facts, requirement } = await approvalFacts(reader, payout);
  const statement = statementOf(facts, approver, { statedAtMs: nowMs, expiresAtMs: nowMs + APPROVAL_LIFETIME_MS });
  return { statement: statementText(statement), ruleInWords: requirement.inWords };
}

export async function giveApproval(
  work: Work,
  input: { readonly id: string; readonly statement: string; readonly signature: string },
): Promise<PayoutRecord> {
  // Two people's approvals are counted one after the other, or neither would be the last one needed.
  const payout = await lockPayout(work.tx, input.id);
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  if ((await askersOf(work.tx, payout)).has(work.actor.id)) throw ownAct(payout.id);
  const approver = await activeStaff(work.tx, work.actor.id);
  const { facts, requirement } = await approvalFacts(work.tx, payout);
  if (!isAsked(requirement, approver)) throw forbidden(requirement.from.join(' '));

  const signed = readStatement(input.statement);
  if (!signed) throw signatureInvalid(payout.id);
  const expected = statementOf(facts, approver, {
    statedAtMs: signed.statedAtMs,
    expiresAtMs: signed.statedAtMs + APPROVAL_LIFETIME_MS,
  });
  const differs = differingField(expected, signed);
  if (differs) throw statementStale(payout.id, differs);
  if (Math.abs(work.nowMs - signed.statedAtMs) > STATEMENT_AGE_MS_MAX) throw statementStale(payout.id, 'statedAtMs');
  // Signed are the very bytes that came in; they must also be the canonical ones, which are kept.
  if (input.statement !== statementText(expected)) throw signatureInvalid(payout.id);
  if (!verifySignature(approver.publicKey, input.statement, input.signature)) throw signatureInvalid(payout.id);

  const given = await givenApprovals(work.tx, payout);
  if (given.some((approval) => approval.staffId === approver.id)) throw alreadyGiven(payout.id);
  await work.tx.write
    .insertInto('approvals')
    .values({
      id: work.ids.next('approval'),
      payout_id: payout.id,
      revision: payout.revision,
      staff_id: approver.id,
      statement: input.statement,
      signature: input.signature,
      given_at_ms: BigInt(work.nowMs),
      expires_at_ms: BigInt(signed.expiresAtMs),
      voided_at_ms: null,
      void_reason: null,
    })
    .execute();
  work.audit({
    action: 'payout.approve',
    subject: `payout:${payout.id}`,
    details: {
      revision: Number(payout.revision),
      policyVersion: Number(requirement.policyVersion),
      signature: input.signature,
    },
  });
  work.emit({ name: 'approval.given', subject: `payout:${payout.id}`, payload: { by: approver.id } });
  if (given.length + 1 < requirement.approvals) return payout;
  return transition(work, payout, 'approve', { details: { approvals: given.length + 1 } });
}

/** Approvals of the payout's present revision that were not voided. */
export async function givenApprovals(
  reader: Reader,
  payout: Pick<PayoutRecord, 'id' | 'revision'>,
): Promise<readonly GivenApproval[]> {
  const rows = await reader.db
    .selectFrom('approvals')
    .innerJoin('staff', 'staff.id', 'approvals.staff_id')
    .select(['approvals.id', 'approvals.staff_id', 'staff.name', 'approvals.given_at_ms'])
    .where('payout_id', '=', payout.id)
    .where('revision', '=', payout.revision)
    .where('voided_at_ms', 'is', null)
    .orderBy('given_at_ms')
    .execute();
  return rows.map((row) => ({
    id: row.id as ApprovalId,
    staffId: row.staff_id,
    name: row.name,
    atMs: Number(row.given_at_ms),
  }));
}

export type ApprovalProof =
  | { readonly holds: true }
  /** Time has passed, or somebody may not approve any more; nobody did anything wrong. */
  | { readonly holds: false; readonly because: 'expired' | 'left' }
  /** The records are not what was signed: somebody changed something behind the program's back. */
  | { readonly holds: false; readonly because: 'tampered'; readonly detail: string };

/** Checks every approval again from its stored bytes against the records as they are now. */
export async function proveApprovals(reader: Reader, payout: PayoutRecord, nowMs: number): Promise<ApprovalProof> {
  const { facts, requirement } = await approvalFacts(reader, payout);
  const askers = await askersOf(reader, payout);
  const people = new Map((await listStaff(reader)).map((person) => [person.id as string, person]));
  const rows = await reader.db
    .selectFrom('approvals')
    .select(['staff_id', 'statement', 'signature'])
    .where('payout_id', '=', payout.id)
    .where('revision', '=', payout.revision)
    .where('voided_at_ms', 'is', null)
    .execute();
  // Counted by key, so that one person's approval counts once however often it is in the records.
  const valid = new Set<string>();
  const expired = new Set<string>();
  const left = new Set<string>();
  for (const row of rows) {
    const approver = people.get(row.staff_id);
    invariant(approver, 'an approval is by somebody on record');
    const tampered = whatIsWrong(facts, approver, row.statement, row.signature);
    if (tampered) return { holds: false, because: 'tampered', detail: tampered };
    if (askers.has(row.staff_id)) return { holds: false, because: 'tampered', detail: 'approved by its requester' };
    const isExpired = (readStatement(row.statement)?.expiresAtMs ?? 0) <= nowMs;
    if (!isAsked(requirement, approver)) left.add(approver.publicKey);
    else if (isExpired) expired.add(approver.publicKey);
    else valid.add(approver.publicKey);
  }
  if (valid.size >= requirement.approvals) return { holds: true };
  if (valid.size + expired.size >= requirement.approvals) return { holds: false, because: 'expired' };
  if (valid.size + expired.size + left.size >= requirement.approvals) return { holds: false, because: 'left' };
  return { holds: false, because: 'tampered', detail: 'fewer approvals than the policy asks for' };
}

/** Whether this person is one of those whose approval the policy asks for. */
function isAsked(requirement: Requirement, person: StaffRecord): boolean {
  return person.status === 'active' && requirement.from.some((role) => person.roles.includes(role));
}

function whatIsWrong(
  facts: ApprovalFacts,
  approver: { readonly id: string; readonly publicKey: string },
  text: string,
  signature: string,
): string | null {
  const signed = readStatement(text);
  if (!signed) return 'an approval is no statement';
  const expected = statementOf(facts, approver, { statedAtMs: signed.statedAtMs, expiresAtMs: signed.expiresAtMs });
  const differs = differingField(expected, signed);
  if (differs) return `${differs} is not what was approved`;
  return verifySignature(approver.publicKey, text, signature) ? null : 'a signature does not verify';
}
