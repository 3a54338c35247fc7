import { Refusal } from '../errors/refusal.ts';

export class DiscountError extends Refusal {
  override readonly name = 'DiscountError';
}

export const unknownRule = (id: string) => new DiscountError('discount.unknown', { id });
export const ruleEnded = (id: string) => new DiscountError('discount.ended', { id });
export const ruleNameTaken = (name: string) => new DiscountError('discount.name_taken', { name });
export const tiersWrong = (sentence: string) => new DiscountError('discount.tiers', {}, sentence);
export const tooManyRules = (most: number) => new DiscountError('discount.too_many', { most });
export const chargeMismatch = (idempotencyKey: string) =>
  new DiscountError('charge.idempotency_mismatch', { idempotencyKey });
export const chargeStale = (expectedMinor: bigint, toPayMinor: bigint) =>
  new DiscountError('charge.stale', { expectedMinor: expectedMinor.toString(), toPayMinor: toPayMinor.toString() });
