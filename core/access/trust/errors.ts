import { Refusal } from '../../errors/refusal.ts';

export class TrustError extends Refusal {
  override readonly name = 'TrustError';
}

export const trustBroken = (problem: string) => new TrustError('trust.broken', { problem });
export const otherFounding = (expected: string, found: string) =>
  new TrustError('trust.other_founding', { expected, found });
export const lastAdmin = () => new TrustError('access.last_admin');
export const keyUsed = () => new TrustError('access.key_used');
export const leftAlready = (id: string) => new TrustError('access.left_already', { id });
export const nothingChanged = () => new TrustError('access.nothing_changed');
export const notProposed = (publicKey: string) => new TrustError('access.not_proposed', { publicKey });
export const settingUp = () => new TrustError('access.setting_up');
export const nothingToObject = (id: string) => new TrustError('access.nothing_to_object', { id });
export const wrongSheet = () => new TrustError('access.wrong_sheet');
export const settingRefused = (name: string, least: number) => new TrustError('access.setting', { name, least });
export const policyStale = (version: number) => new TrustError('policy.stale', { version });
export const policyUnchanged = () => new TrustError('policy.unchanged');
export const subjectTaken = (subject: string) => new TrustError('service.subject_taken', { subject });
export const accountUnknown = (subject: string) => new TrustError('service.unknown', { subject });
export const accountRetired = (subject: string) => new TrustError('service.retired', { subject });
export const accountStale = (subject: string) => new TrustError('service.stale', { subject });
export const railSettingTwice = (name: string) => new TrustError('rail.setting_twice', { name });
export const secretInForce = (name: string) => new TrustError('rail.secret_in_force', { name });
export const secretUnknown = (name: string) => new TrustError('rail.secret_unknown', { name });
export const tooManySecrets = (name: string, most: number) => new TrustError('rail.too_many_secrets', { name, most });
