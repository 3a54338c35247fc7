import { Refusal } from '../errors/refusal.ts';

export class ApprovalError extends Refusal {
  override readonly name = 'ApprovalError';
}

export const noRuleMatches = (payoutId: string) => new ApprovalError('policy.no_match', { payoutId });

/** `reason` is the rule's own. */
export const ruleDenies = (payoutId: string, rule: string, reason: string) =>
  new ApprovalError('policy.denied', { payoutId, rule, reason }, `The policy forbids this payout: ${reason}`);

export const ownAct = (payoutId: string) => new ApprovalError('approval.own_act', { payoutId });
/** `problem` says in what the log does not bear the record out. */
export const loggedOtherwise = (payoutId: string, problem: string) =>
  new ApprovalError('approval.logged_otherwise', { payoutId, problem });
export const alreadyGiven = (payoutId: string) => new ApprovalError('approval.already_given', { payoutId });
export const signatureInvalid = (payoutId: string) => new ApprovalError('approval.invalid', { payoutId });

/** `field` names the first thing in which the signed statement differs from what is asked for now. */
export const statementStale = (payoutId: string, field: string) =>
  new ApprovalError('approval.stale', { payoutId, field });

/** `freesAtMs` is null where the payout is larger than the limit itself. */
export const limitUsedUp = (payoutId: string, sentence: string, freesAtMs: number | null) =>
  new ApprovalError('policy.limit', { payoutId, freesAtMs }, sentence);

export const testPaymentFirst = (payoutId: string) => new ApprovalError('policy.test_payment', { payoutId });

/** `payoutIds` are the first ten of them, separated by commas. */
export const notSeparate = (payoutIds: readonly string[], count: number) =>
  new ApprovalError('policy.separate_signer', { payoutIds: payoutIds.slice(0, 10).join(', '), count });

export const policyUnchanged = () => new ApprovalError('policy.unchanged');
export const policyInvalid = (problem: string) => new ApprovalError('policy.invalid', { problem });

export const actUnsigned = () => new ApprovalError('act.invalid');
export const actStale = () => new ApprovalError('act.stale');
export const actSignedAlready = () => new ApprovalError('act.already_signed');
