import { Refusal } from '../../../core/errors/refusal.ts';

export class StellarRefusal extends Refusal {
  override readonly name = 'StellarRefusal';
}

/** In base64: more than the largest transaction that the network takes, which carries a contract's code. */
export const XDR_CHARACTERS_MAX = 200_000;

export const malformedTransaction = (why: string) => new StellarRefusal('transaction.malformed', { why });
export const transactionTooLarge = () =>
  new StellarRefusal('transaction.too_large', { charactersMax: XDR_CHARACTERS_MAX });
/** What `part` stands for; of an operation its number does. */
const PARTS: Readonly<Record<string, string>> = {
  fee_bump: 'it is a fee bump',
  network: 'it was signed for another network',
  source: 'it has another source account',
  sequence: 'it has another sequence number',
  operations: 'it has more operations, or fewer',
  fee: 'it has another fee',
  time_bounds: 'it is valid for another time',
  memo: 'it has another memo',
  conditions: 'it has other conditions',
};

/** `part` names the first thing in which it is another transaction than the one that was built. */
export const otherTransaction = (part: string) =>
  new StellarRefusal(
    'transaction.other',
    { part },
    `That is another transaction than the one that was built: ${PARTS[part] ?? `it differs in ${part}`}.`,
  );
export const notASigner = (hintHex: string) => new StellarRefusal('transaction.wrong_signer', { hintHex });
