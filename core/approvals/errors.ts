import { Refusal } from '../errors/refusal.ts';

export class ApprovalError extends Refusal {
  override readonly name = 'ApprovalError';
}

export const noRuleMatches = (payoutId: string) => new ApprovalError('policy.no_match', { payoutId });
export const ownAct = (payoutId: string) => new ApprovalError('approval.own_act', { payoutId });
export const alreadyGiven = (payoutId: string) => new ApprovalError('approval.already_given', { payoutId });
export const signatureInvalid = (payoutId: string) => new ApprovalError('approval.invalid', { payoutId });

/** `field` names the first thing in which the signed statement differs from what is asked for now. */
export const statementStale = (payoutId: string, field: string) =>
  new ApprovalError('approval.stale', { payoutId, field });

export const actUnsigned = () => new ApprovalError('act.invalid');
export const actStale = () => new ApprovalError('act.stale');
export const actSignedAlready = () => new ApprovalError('act.already_signed');
