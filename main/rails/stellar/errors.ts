import { Refusal } from '../../../core/errors/refusal.ts';

export class StellarRefusal extends Refusal {
  override readonly name = 'StellarRefusal';
}

export const malformedTransaction = (why: string) => new StellarRefusal('transaction.malformed', { why });
export const transactionTooLarge = (charactersMax: number) =>
  new StellarRefusal('transaction.too_large', { charactersMax });
