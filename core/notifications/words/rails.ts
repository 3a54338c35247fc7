import type { RailName } from '../../contract/payees.ts';

/** Names of their own, the same in every language. */
export const RAIL_NAMES: Readonly<Record<RailName, string>> = {
  simulated: 'Simulated bank',
  stellar: 'Stellar',
  stripe: 'Stripe',
  nowpayments: 'NOWPayments',
};
