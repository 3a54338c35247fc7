import { Refusal } from '../errors/refusal.ts';

export class AccessError extends Refusal {
  override readonly name = 'AccessError';
}

export const forbidden = (needed: string) => new AccessError('access.forbidden', { needed });
export const nameTaken = (name: string) => new AccessError('access.name_taken', { name });
export const unknownStaff = (id: string) => new AccessError('access.unknown_staff', { id });
export const signInRefused = () => new AccessError('session.refused');
export const sessionRequired = () => new AccessError('session.required');
export const signInSlowed = (waitMs: number) => new AccessError('session.slowed', { waitMs });
