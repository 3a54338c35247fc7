/** What the simulated platform keeps. Money is in the smallest unit of its currency, times in seconds. */

/** What a connected account can do: `restricted` is one that Stripe has stopped. */
export type Standing = 'active' | 'inactive' | 'restricted';

export interface Account {
  readonly id: string;
  readonly created: number;
  readonly type: string;
  readonly country: string;
  readonly email: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultCurrency: string;
  standing: Standing;
}

export interface Transfer {
  readonly id: string;
  readonly created: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly destination: string;
  /** The payment that the connected account received for it. */
  readonly payment: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly group: string | null;
  readonly transaction: string;
  readonly reversals: Reversal[];
}

export interface Reversal {
  readonly id: string;
  readonly created: number;
  readonly amount: bigint;
  readonly transaction: string;
}

export interface Topup {
  readonly id: string;
  readonly created: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly description: string | null;
  readonly transaction: string;
}

export type PayoutStatus = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

/** From a connected account's balance to its bank. */
export interface Payout {
  readonly id: string;
  readonly account: string;
  readonly created: number;
  readonly arrives: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly transaction: string;
  /** The transactions that it pays out. */
  readonly pays: readonly string[];
  readonly automatic: boolean;
  status: PayoutStatus;
}

/** One line of the book of a balance: the platform's, or a connected account's. */
export interface BalanceTransaction {
  readonly id: string;
  /** Null for the platform. */
  readonly account: string | null;
  readonly created: number;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly type:
    | 'topup'
    | 'transfer'
    | 'transfer_refund'
    | 'payment'
    | 'payment_refund'
    | 'payout'
    | 'payout_failure'
    | 'stripe_fee';
  readonly source: string | null;
}

export interface PlatformEvent {
  readonly id: string;
  /** The connected account it happened on; null for the platform's own. */
  readonly account: string | null;
  readonly created: number;
  readonly type: string;
  readonly object: unknown;
  readonly before: unknown;
  readonly request: { readonly id: string; readonly key: string | null } | null;
}

/** Paid up to now, less what was taken back. */
export function reversedOf({ reversals }: Transfer): bigint {
  return reversals.reduce((sum, { amount }) => sum + amount, 0n);
}
