/** What the simulated NOWPayments keeps. Amounts are whole units of the eighth decimal place. */

/** Decimal places of everything that is kept here. */
export const KEPT_SCALE = 8;

export interface Withdrawal {
  readonly id: string;
  readonly batchId: string;
  readonly address: string;
  readonly extraId: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly externalId: string | null;
  readonly description: string | null;
  readonly callbackUrl: string | null;
  readonly createdMs: number;
  /** Not begun before this, whatever was verified; null for at once. */
  readonly executeAtMs: number | null;
  readonly status: string;
  readonly error: string | null;
  readonly hash: string | null;
  readonly requestedMs: number | null;
  readonly updatedMs: number | null;
}

export interface Batch {
  readonly id: string;
  readonly createdMs: number;
  readonly description: string | null;
  readonly wrongCodes: number;
  readonly verifiedMs: number | null;
}

/** How a payment ends once it was released. */
export type Fate =
  | 'finished'
  | 'failed'
  /** Reported as failed, and paid all the same some time later. */
  | 'paid_after_failing'
  /** Ends in a status that nobody has heard of. */
  | 'strange';

/** The last letters of an address say what is to happen; they fit what addresses of each kind are written with. */
const FATES: readonly { readonly ending: RegExp; readonly fate: Fate }[] = [
  { ending: /(?:FaiL|dead)$/, fate: 'failed' },
  { ending: /(?:Late|1a7e)$/, fate: 'paid_after_failing' },
  { ending: /(?:oddy|0dd1)$/, fate: 'strange' },
];

export function fateOf(address: string): Fate {
  return FATES.find(({ ending }) => ending.test(address))?.fate ?? 'finished';
}
