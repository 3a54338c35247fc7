import { Refusal } from '../../../core/errors/refusal.ts';

export class StellarRefusal extends Refusal {
  override readonly name = 'StellarRefusal';
}

/** In base64: more than the largest transaction that the network takes, which carries a contract's code. */
export const XDR_CHARACTERS_MAX = 200_000;

export const malformedTransaction = (why: string) => new StellarRefusal('transaction.malformed', { why });
export const transactionTooLarge = () =>
  new StellarRefusal('transaction.too_large', { charactersMax: XDR_CHARACTERS_MAX });
/** `part` names the first thing in which it is another transaction than the one that was built. */
export const otherTransaction = (part: string) => new StellarRefusal('transaction.other', { part });
export const notASigner = (hintHex: string) => new StellarRefusal('transaction.wrong_signer', { hintHex });
