/** Payments that a provider takes together and pays only once it was given a code. */
import { z } from 'zod';
import { feeTold } from './fees.ts';
import { RAILS } from './payees.ts';
import { payoutStatus } from './payouts.ts';
import { command, query } from './procedure.ts';
import { idText, minorUnits, page, pageInput, reason, timeMs } from './words.ts';

/**
 * - `asking`      written down with its payouts; the provider may or may not have been asked.
 * - `needs_code`  the provider has it, and pays nothing of it before it is given a code.
 * - `released`    the provider took a code: from here on each payment goes its own way.
 * - `lapsed`      nobody released it and the provider rejected it: its payouts were never sent.
 * - `refused`     the provider did not take it at all.
 * - `unheard`     it provably never reached the provider.
 * - `unclear`     long after its time the provider still does not say that it is rejected; people decide.
 */
export const BATCH_STATES = ['asking', 'needs_code', 'released', 'lapsed', 'refused', 'unheard', 'unclear'] as const;
export const batchState = z.enum(BATCH_STATES);
export type BatchState = z.infer<typeof batchState>;

/** Six digits, as authenticator apps and NOWPayments' mails have them. */
export const releaseCode = z.string().regex(/^\d{6}$/, 'Expected the six digits of the code');

const money = { assetId: z.string(), assetCode: z.string(), scale: z.int(), amountMinor: minorUnits };
const total = z.strictObject({ ...money, count: z.int() });

export const providerBatch = z.strictObject({
  id: z.string(),
  rail: z.enum(RAILS),
  /** The provider's own name for it; null until it answered. */
  reference: z.string().nullable(),
  state: batchState,
  payments: z.int(),
  totals: z.array(total),
  /** Codes that may still be tried. */
  triesLeft: z.int(),
  /** A code is not taken any more after this; null until the provider answered. */
  expiresAtMs: timeMs.nullable(),
  /** A code was given and nobody knows yet whether it was taken. */
  codeUnanswered: z.boolean(),
  /** Why it must not be released any more; null where nothing stands in the way. */
  withheld: z.string().nullable(),
  /** What the provider, or its lasting silence, said last. */
  said: z.string().nullable(),
  /** Who gave the code that was taken; null before, and where it was given elsewhere. */
  releasedBy: z.string().nullable(),
  askedAtMs: timeMs,
  endedAtMs: timeMs.nullable(),
});
export type ProviderBatch = z.infer<typeof providerBatch>;

const batchPayment = z.strictObject({
  payoutId: z.string(),
  reference: z.string(),
  payee: z.string(),
  status: payoutStatus,
  address: z.string(),
  extraId: z.string().nullable(),
  currency: z.string().nullable(),
  ...money,
});

/** Exactly what a code would release. */
export const providerBatchDetail = providerBatch.extend({
  paid: z.array(batchPayment),
  /** What holds it up for now, such as a freeze; it can be released once that is over. */
  heldBy: z.string().nullable(),
});
export type ProviderBatchDetail = z.infer<typeof providerBatchDetail>;

const SIGNERS = ['signer'] as const;
const id = z.strictObject({ id: idText });

export const batches = {
  /** Newest first. `open` alone: those that wait for an answer or a code. */
  list: query('staff')
    .input(z.strictObject({ ...pageInput, open: z.boolean().optional() }))
    .output(page(providerBatch).extend({ needCode: z.int(), mayAsk: z.array(z.enum(RAILS)) })),

  get: query('staff').input(id).output(providerBatchDetail),

  /** What the provider charges for all of it, and until when that holds. */
  fee: query('staff').input(id).output(feeTold),

  /**
   * Gives the provider the code, which releases every payment in the batch. Refused where it charges
   * more by now than the fees that were seen; null where there was none to see.
   */
  verify: command(SIGNERS, 'batch.verify', { secondFactor: true })
    .input(
      z.strictObject({
        id: idText,
        code: releaseCode,
        fees: z.array(z.strictObject({ assetId: z.string(), amountMinor: minorUnits })).nullable(),
      }),
    )
    .output(providerBatch),

  /** After a batch lapsed, the next is prepared only when somebody is there to release it. */
  askAgain: command(['signer', 'operator'], 'batch.ask_again')
    .input(z.strictObject({ rail: z.enum(RAILS) }))
    .output(z.strictObject({ rail: z.enum(RAILS) })),

  /** Takes back a payment that the provider has put off to a later time. */
  cancelScheduled: command(SIGNERS, 'batch.cancel_scheduled', { secondFactor: true })
    .input(z.strictObject({ id: idText, reason }))
    .output(z.strictObject({ id: z.string(), status: payoutStatus })),
};
