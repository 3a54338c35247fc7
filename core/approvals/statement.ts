/**
 * The text an approver signs, in canonical form. It is made from the records when asked for, made
 * again and compared when the signature comes in, and proven once more when processing starts;
 * whatever was changed in between shows as a difference.
 */
import { canonical } from '../canonical/canonical.ts';
import { type ApprovalStatement, approvalStatement } from '../contract/approval-statement.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import type { PayoutHistory } from './history.ts';
import type { PolicyFacts, Requirement } from './policy/decide.ts';
import type { JudgedFacts } from './policy/facts.ts';
import type { Policy } from './policy/terms.ts';

/** The records around a payout that a statement repeats. */
export interface ApprovalRecords {
  readonly vault: { readonly id: string; readonly network: string };
  readonly payout: PayoutRecord;
  readonly payee: { readonly id: string; readonly name: string; readonly reference: string };
  readonly asset: {
    readonly id: string;
    readonly code: string;
    readonly scale: number;
    readonly network: string | null;
    readonly issuer: string | null;
  };
  readonly history: PayoutHistory;
}

export interface Approver {
  readonly id: string;
  readonly publicKey: string;
}

/** What a payout is judged by, and how far it has come. */
export interface Judgement {
  readonly facts: JudgedFacts;
  readonly policy: Pick<Policy, 'version' | 'hash'>;
  readonly ruleId: string;
  readonly requirement: Requirement;
  readonly step: number;
}

export function statementOf(records: ApprovalRecords, judgement: Judgement, approver: Approver): ApprovalStatement {
  const { facts, policy, ruleId, requirement, step } = judgement;
  return {
    what: 'countersign payout approval v2',
    ...recordsIn(records),
    facts: {
      source: facts.source,
      toPayeeMinor: facts.toPayeeMinor.toString(),
      toAddressMinor: facts.toAddressMinor.toString(),
      payeeTags: [...facts.payeeTags],
      destinationConfirmedAtMs: facts.destinationConfirmedAtMs,
      lookAlike: facts.lookAlike,
      firstPayment: facts.firstPayment,
      screening: facts.screening,
      screened: { payee: facts.screened.payee, destination: facts.screened.destination },
    },
    policy: {
      version: Number(policy.version),
      hash: policy.hash,
      rule: ruleId,
      steps: requirement.steps.map(({ roles, groups, exceptRoles, ...rest }) => ({
        ...rest,
        roles: [...roles],
        groups: [...groups],
        exceptRoles: [...exceptRoles],
      })),
      validForMs: requirement.validForMs,
      step,
    },
    approver: { id: approver.id, publicKey: approver.publicKey },
    statedAtMs: facts.atMs,
    expiresAtMs: facts.atMs + requirement.validForMs,
  };
}

/** The part that must be true for as long as the approval counts. The rest is frozen in it. */
export function recordsIn({ vault, payout, payee, asset, history }: ApprovalRecords) {
  return {
    vault: vault.id,
    network: vault.network,
    payout: payout.id as string,
    revision: Number(payout.revision),
    reference: payout.reference,
    payee: { id: payee.id, name: payee.name, reference: payee.reference },
    rail: payout.rail,
    method: payout.method,
    ...(payout.reclaimAfterS === null ? {} : { reclaimAfterS: payout.reclaimAfterS }),
    ...(payout.call === null ? {} : { call: payout.call }),
    destination: payout.destination,
    asset: { id: asset.id, code: asset.code, scale: asset.scale, network: asset.network, issuer: asset.issuer },
    amountMinor: payout.amountMinor.toString(),
    dueAtMs: payout.dueAtMs,
    askedBy: [...history.askers].map(([id, name]) => ({ id, name })),
  };
}

/** The facts that were signed, for asking a policy about them again. */
export function signedFacts(signed: ApprovalStatement): PolicyFacts {
  const { rail, method, asset, amountMinor, facts, statedAtMs } = signed;
  return {
    rail,
    method,
    assetId: asset.id,
    amountMinor: BigInt(amountMinor),
    toPayeeMinor: BigInt(facts.toPayeeMinor),
    toAddressMinor: BigInt(facts.toAddressMinor),
    payeeTags: facts.payeeTags,
    destinationConfirmedAtMs: facts.destinationConfirmedAtMs,
    source: facts.source,
    screening: facts.screening,
    lookAlike: facts.lookAlike,
    firstPayment: facts.firstPayment,
    atMs: statedAtMs,
  };
}

export function signedRequirement({ policy: { steps, validForMs } }: ApprovalStatement): Requirement {
  return { steps, validForMs };
}

/** The text that is shown, signed and stored. */
export function statementText(value: ApprovalStatement): string {
  return canonical(value);
}

/** Null when the text is no statement at all. */
export function readStatement(text: string): ApprovalStatement | null {
  try {
    const parsed = approvalStatement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Made before facts and steps were signed: it says less than is asked for now, and counts no more. */
export function isOutdated(text: string): boolean {
  return text.includes('"what":"countersign payout approval v1"');
}

/** The first field of `expected` in which the other differs, or null. */
export function differingField(expected: object, other: object): string | null {
  for (const [key, value] of Object.entries(expected)) {
    const theirs = (other as Record<string, unknown>)[key];
    if (theirs === undefined || canonical(value as never) !== canonical(theirs as never)) return key;
  }
  return null;
}
