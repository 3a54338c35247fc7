import { Refusal } from '../../../core/errors/refusal.ts';

export class StellarRefusal extends Refusal {
  override readonly name = 'StellarRefusal';
}

export const malformedTransaction = (why: string) => new StellarRefusal('transaction.malformed', { why });
export const transactionTooLarge = (charactersMax: number) =>
  new StellarRefusal('transaction.too_large', { charactersMax });
/** `part` names the first thing in which it is another transaction than the one that was built. */
export const otherTransaction = (part: string) => new StellarRefusal('transaction.other', { part });
export const notASigner = (hintHex: string) => new StellarRefusal('transaction.wrong_signer', { hintHex });
