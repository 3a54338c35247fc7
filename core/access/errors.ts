import { Refusal } from '../errors/refusal.ts';

export class AccessError extends Refusal {
  override readonly name = 'AccessError';
}

export const forbidden = (needed: string) => new AccessError('access.forbidden', { needed });
export const nameTaken = (name: string) => new AccessError('access.name_taken', { name });
export const unknownStaff = (id: string) => new AccessError('access.unknown_staff', { id });
export const signInRefused = () => new AccessError('session.refused');
export const sessionRequired = () => new AccessError('session.required');
export const secondFactorRequired = (enrolled: boolean) =>
  new AccessError('session.second_factor_required', { enrolled });
export const secondFactorRefused = () => new AccessError('second_factor.refused');
export const secondFactorSlowed = (waitMs: number) => new AccessError('second_factor.slowed', { waitMs });
export const secondFactorNotEnrolled = () => new AccessError('second_factor.not_enrolled');
export const secondFactorNotBegun = () => new AccessError('second_factor.not_begun');
export const unknownSession = (id: string) => new AccessError('session.unknown', { id });
export const signInSlowed = (waitMs: number) => new AccessError('session.slowed', { waitMs });
/** `because`: what is wrong with it, in a word. */
export const tokenRefused = (because: string, subject: string | null = null) =>
  new AccessError('token.refused', subject === null ? { because } : { because, subject });
export const serviceNotAllowed = (action: string) => new AccessError('service.not_allowed', { action });
export const serviceMintCap = (capMinor: bigint) =>
  new AccessError('service.mint_cap', { capMinor: capMinor.toString() });
