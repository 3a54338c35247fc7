import { z } from 'zod';
import { command } from './procedure.ts';
import { minorUnits, shortText } from './words.ts';

/** At most this many in one filling: they are written in one transaction. */
export const SANDBOX_FILL_MAX = 10_000;

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
        seed: shortText.default('sandbox'),
      }),
    )
    .output(
      z.strictObject({
        payees: z.int(),
        payouts: z.int(),
        funded: z.array(z.strictObject({ assetId: z.string(), amountMinor: minorUnits })),
        /** What the simulated bank will make of them once they are approved. */
        expected: z.strictObject({ completed: z.int(), failed: z.int(), quarantined: z.int() }),
        /** What else there is: scheduled payouts, amounts set aside, a campaign that gave and charges paid from it. */
        plans: z.strictObject({ schedules: z.int(), holds: z.int(), grants: z.int(), charges: z.int() }),
      }),
    ),
};
