/** What the simulated NOWPayments was told and has done, as its file keeps it. */
import { z } from 'zod';
import { openLineFile } from '../line-file.ts';

const time = z.int();
const units = z
  .string()
  .regex(/^-?\d{1,30}$/)
  .transform(BigInt);
const text = z.string().nullable();

const entry = z.union([
  z.strictObject({
    batch: z.strictObject({
      id: z.string(),
      createdMs: time,
      description: text,
      wrongCodes: z.int(),
      verifiedMs: time.nullable(),
    }),
  }),
  z.strictObject({
    withdrawal: z.strictObject({
      id: z.string(),
      batchId: z.string(),
      address: z.string(),
      extraId: text,
      currency: z.string(),
      amount: units,
      fee: units,
      externalId: text,
      description: text,
      callbackUrl: text,
      createdMs: time,
      executeAtMs: time.nullable(),
      status: z.string(),
      error: text,
      hash: text,
      requestedMs: time.nullable(),
      updatedMs: time.nullable(),
    }),
  }),
  z.strictObject({ balance: z.strictObject({ currency: z.string(), amount: units }) }),
]);
/** A record as it is from now on; the last word about each counts. */
export type JournalEntry = z.infer<typeof entry>;

export interface Journal {
  readonly before: readonly JournalEntry[];
  /** All of them, or none: one line. */
  keep(entries: readonly JournalEntry[]): void;
  close(): void;
}

const IN_MEMORY: Journal = { before: [], keep: () => undefined, close: () => undefined };

export function openJournal(file: string | null): Journal {
  if (file === null) return IN_MEMORY;
  const { before, add, close } = openLineFile(file, (line) => z.array(entry).parse(line));
  return {
    before: before.flat(),
    keep(entries) {
      if (entries.length > 0) add(entries);
    },
    close,
  };
}
