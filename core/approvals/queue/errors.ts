import { ApprovalError } from '../errors.ts';

export const approvalNotGiven = (payoutId: string) => new ApprovalError('approval.not_given', { payoutId });
export const changesFirst = (payoutId: string) => new ApprovalError('approval.changes_first', { payoutId });
export const changesRequestedBefore = (payoutId: string) => new ApprovalError('changes.requested', { payoutId });
export const noChangesRequested = (payoutId: string) => new ApprovalError('changes.none', { payoutId });
export const changesNotYours = (payoutId: string) => new ApprovalError('changes.not_yours', { payoutId });
export const savedViewNameTaken = (name: string) => new ApprovalError('saved_view.name_taken', { name });
export const unknownSavedView = (id: string) => new ApprovalError('saved_view.unknown', { id });
export const savedViewsFull = (most: number) => new ApprovalError('saved_view.too_many', { most });
