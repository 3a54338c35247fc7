/** What we read of Stripe's objects. Anything else in an answer is kept in its raw form only. */
import { z } from 'zod';

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{1,255}$`));
const seconds = z.int().min(0);
const amount = z.int().min(0);
const currency = z.string().regex(/^[a-z]{3}$/);

const reversal = z.object({
  id: id('trr'),
  object: z.literal('transfer_reversal'),
  amount: amount,
  created: seconds,
  currency,
  transfer: z.union([id('tr'), z.object({ id: id('tr') }).transform((transfer) => transfer.id)]),
});

export const transfer = z.object({
  id: id('tr'),
  object: z.literal('transfer'),
  amount,
  amount_reversed: amount,
  created: seconds,
  currency,
  destination: id('acct').nullable(),
  destination_payment: id('py').nullish(),
  metadata: z.record(z.string(), z.string()),
  reversals: z.object({ data: z.array(reversal), has_more: z.boolean() }),
  reversed: z.boolean(),
  transfer_group: z.string().nullable(),
});
export type Transfer = z.infer<typeof transfer>;
export type Reversal = z.infer<typeof reversal>;

export const event = z.object({
  id: id('evt'),
  object: z.literal('event'),
  created: seconds,
  type: z.string(),
  data: z.object({
    object: z.unknown(),
    previous_attributes: z.object({ amount_reversed: amount.optional() }).optional(),
  }),
});
export type Event = z.infer<typeof event>;

const list = <T extends z.ZodType>(of: T) =>
  z.object({ object: z.literal('list'), data: z.array(of), has_more: z.boolean() });

export const transferList = list(transfer);
/** Read one by one: one that cannot be read must not hide the others. */
export const eventList = list(z.looseObject({ id: id('evt'), created: seconds }));

/** A line of the platform's book, with the object it is about written out. */
export const bookLine = z.object({
  id: id('txn'),
  object: z.literal('balance_transaction'),
  created: seconds,
  fee: amount,
  currency,
  type: z.string(),
  source: z.unknown(),
});
export type BookLine = z.infer<typeof bookLine>;
export const bookPage = list(bookLine);
export const paymentLines = list(z.object({ id: id('txn') }));

export const movedReversal = reversal;

export const payout = z.object({
  id: id('po'),
  object: z.literal('payout'),
  arrival_date: seconds,
  failure_message: z.string().nullable(),
  status: z.string(),
});
export type Payout = z.infer<typeof payout>;
export const payoutList = list(payout);

export const account = z.object({
  id: id('acct'),
  object: z.literal('account'),
  capabilities: z.object({ transfers: z.string().optional() }).optional(),
});

export const balance = z.object({
  object: z.literal('balance'),
  livemode: z.boolean(),
  /** Below zero where more was taken back than was there. */
  available: z.array(z.object({ amount: z.int(), currency })),
});
