/**
 * What was done on the simulated Stripe, as its file keeps it: a platform that is told the same again at
 * the same moments is the same platform, down to its names.
 */
import { z } from 'zod';
import { openLineFile } from '../line-file.ts';

const amount = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt);
const metadata = z.record(z.string(), z.string());
const cause = z.strictObject({ id: z.string(), key: z.string().nullable() }).nullable();
const standing = z.enum(['active', 'inactive', 'restricted']);
const answer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string(),
});

const deed = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('account'),
    given: z.strictObject({
      type: z.string(),
      country: z.string(),
      email: z.string().nullable(),
      metadata,
      defaultCurrency: z.string(),
      standing,
    }),
    cause,
  }),
  z.strictObject({ what: z.literal('standing'), account: z.string(), standing }),
  z.strictObject({
    what: z.literal('topup'),
    given: z.strictObject({ amount, currency: z.string(), description: z.string().nullable() }),
    cause,
  }),
  z.strictObject({
    what: z.literal('transfer'),
    given: z.strictObject({
      amount,
      currency: z.string(),
      destination: z.string(),
      description: z.string().nullable(),
      metadata,
      group: z.string().nullable(),
    }),
    cause,
  }),
  z.strictObject({ what: z.literal('reversal'), transfer: z.string(), amount: amount.nullable(), cause }),
  z.strictObject({ what: z.literal('fee'), currency: z.string(), amount }),
  /** The banks did something then. */
  z.strictObject({ what: z.literal('time') }),
  /** What a key stands for from now on. */
  z.strictObject({ what: z.literal('key'), key: z.string(), call: z.string(), answer }),
]);
export type Deed = z.output<typeof deed>;

const line = z.strictObject({ atMs: z.int().min(0), deed });
export type Kept = z.output<typeof line>;

export interface Journal {
  readonly before: readonly Kept[];
  keep(atMs: number, deed: Deed): void;
  close(): void;
}

/** Where nothing is kept. */
export const noJournal: Journal = { before: [], keep: () => undefined, close: () => undefined };

export function openJournal(file: string): Journal {
  const { before, add, close } = openLineFile(file, (one) => line.parse(one));
  return { before, keep: (atMs, done) => add({ atMs, deed: done }), close };
}
