/** What a sandbox begins with: enough to scroll, and to see every way a payment can end. */
import { ROLES, type Role } from '../../../core/contract/words.ts';

export const SANDBOX_CONTENT = {
  payouts: 40,
  payees: 12,
  /** Paid by transactions that are signed on the simulated Ledger. */
  stellar: 5,
  /** Paid over the simulated Stripe, to accounts that are connected to it. */
  stripe: 6,
  /** Asked for together over the simulated NOWPayments, and released with a code. */
  nowpayments: 4,
} as const;

/** Not an admin: with two, whoever tries things out could not add people alone. */
export const COLLEAGUES_ROLES: Role[] = ROLES.filter((role) => role !== 'admin');
