import { z } from 'zod';
import { command, query } from './procedure.ts';
import { minorUnits, shortText } from './words.ts';

/** At most this many in one filling: they are written in one transaction. */
export const SANDBOX_FILL_MAX = 10_000;

export const SANDBOX_STELLAR_MAX = 100;
const SANDBOX_STRIPE_MAX = 1_000;
const SANDBOX_NOWPAYMENTS_MAX = 1_000;

/** What one can do to the simulated Ledger: its buttons, and its PIN. */
export const SIMULATED_PRESSES = ['left', 'right', 'both', 'lock', 'unlock'] as const;
export type SimulatedPress = (typeof SIMULATED_PRESSES)[number];

const simulatedDevice = z.strictObject({
  /** Version of the Stellar app on it. */
  app: z.string(),
  /** Its account on the simulated network. */
  address: z.string(),
  locked: z.boolean(),
  /** The lines on its screen. */
  screen: z.array(z.string()),
  /** What pressing both buttons does on the page of the review that is up; null where nothing is asked. */
  both: z.enum(['nothing', 'accept', 'approve', 'reject']).nullable(),
});
export type SimulatedLedger = z.infer<typeof simulatedDevice>;

/** What only a treasury without real money has. */
export const sandbox = {
  /**
   * Puts something into a sandbox to work with: funds, payees with simulated addresses, and pending
   * payouts requested by the caller, so that somebody else can approve them. The same seed gives
   * the same content, and can be used once in a vault.
   */
  fill: command(['admin', 'operator'], 'sandbox.fill')
    .input(
      z.strictObject({
        payouts: z.int().min(1).max(SANDBOX_FILL_MAX),
        /** One for each payout unless said otherwise. */
        payees: z.int().min(1).max(SANDBOX_FILL_MAX).optional(),
        /**
         * Besides those, payouts in simulated USDC to accounts of the simulated network. The first such
         * filling makes the simulated Ledger's account the one they are paid from. None are given where
         * the vault pays from another account, or on another network.
         */
        stellar: z.int().min(0).max(SANDBOX_STELLAR_MAX).default(0),
        /**
         * Besides those, payouts in dollars to accounts connected to the vault's own simulated Stripe. None are
         * given where another Stripe is set up.
         */
        stripe: z.int().min(0).max(SANDBOX_STRIPE_MAX).default(0),
        /** Likewise, payouts in a simulated stable coin over the vault's own simulated NOWPayments. */
        nowpayments: z.int().min(0).max(SANDBOX_NOWPAYMENTS_MAX).default(0),
        seed: shortText.default('sandbox'),
      }),
    )
    .output(
      z.strictObject({
        payees: z.int(),
        payouts: z.int(),
        stellar: z.int(),
        stripe: z.int(),
        nowpayments: z.int(),
        funded: z.array(z.strictObject({ assetId: z.string(), amountMinor: minorUnits })),
        /** What the simulated bank will make of them once they are approved. */
        expected: z.strictObject({ completed: z.int(), failed: z.int(), quarantined: z.int() }),
        /** What else there is: scheduled payouts, amounts set aside, a campaign that gave and charges paid from it. */
        plans: z.strictObject({ schedules: z.int(), holds: z.int(), grants: z.int(), charges: z.int() }),
      }),
    ),

  /** The simulated Ledger as it is now; null where the vault was told to use another one. */
  device: query('staff').output(simulatedDevice.nullable()),

  /** Presses it. Nothing in the vault changes by it, so it leaves no entry: what it signs does. */
  press: query(['signer'])
    .input(z.strictObject({ press: z.enum(SIMULATED_PRESSES) }))
    .output(simulatedDevice.nullable()),
};
