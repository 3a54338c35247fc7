/** What we read of NOWPayments' objects; of a number, the text it was written with. */
import { z } from 'zod';
import { textOfNumber } from './json-text.ts';

/** NOWPayments writes the same thing as a text here and as a number there. */
const written = <T extends z.ZodType>(form: T) => z.preprocess(textOfNumber, form);
const text = (max: number) => written(z.string().min(1).max(max));
const name = written(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/));
const optional = written(
  z
    .string()
    .nullish()
    .transform((given) => (given == null || given === '' ? null : given)),
);
const moment = z.string().refine((given) => !Number.isNaN(Date.parse(given)), 'Not a date');
const optionalMoment = moment.nullish();

/** One payment. Dates are spelled in two ways, depending on who is asked. */
export const withdrawal = z
  .object({
    id: name,
    batch_withdrawal_id: name,
    address: text(500),
    currency: text(64),
    amount: text(80),
    status: text(64),
    extra_id: optional,
    error: optional,
    fee: optional,
    hash: optional,
    unique_external_id: optional,
    created_at: optionalMoment,
    createdAt: optionalMoment,
    updated_at: optionalMoment,
    updatedAt: optionalMoment,
  })
  .transform(({ created_at, createdAt, updated_at, updatedAt, ...rest }) => ({
    ...rest,
    createdMs: msOf(created_at ?? createdAt),
    updatedMs: msOf(updated_at ?? updatedAt),
  }));
export type Withdrawal = z.infer<typeof withdrawal>;

function msOf(given: string | null | undefined): number | null {
  return given == null ? null : Date.parse(given);
}

/** When it last changed, as far as is said. */
export const movedMs = ({ updatedMs, createdMs }: Pick<Withdrawal, 'updatedMs' | 'createdMs'>): number =>
  updatedMs ?? createdMs ?? 0;

export const newBatch = z.object({ id: name, withdrawals: z.array(withdrawal).min(1) });
/** Asked about by its name: a batch, or one payment in a list of its own. */
export const found = z.union([
  z.object({ withdrawals: z.array(withdrawal) }).transform(({ withdrawals }) => withdrawals),
  z.array(withdrawal),
  withdrawal.transform((one) => [one]),
]);
/** Read one by one: one that cannot be read must not hide the others. */
export const list = z.object({ payouts: z.array(z.looseObject({ id: name })) });

const amount = written(z.string().regex(/^\d{1,30}(?:\.\d{1,30})?$/));
export const fee = z.object({ fee: amount });
export const status = z.object({ message: z.string() });
export const minimum = z.object({ success: z.literal(true), result: amount });
export const balances = z.record(z.string(), z.object({ amount: text(80) }));
