/** What the simulated NOWPayments was told and has done, line by line: what is acknowledged survives its process. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';

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
  const read = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // The process may have died within the last line: what was not written whole was not acknowledged.
  const whole = read.slice(0, read.lastIndexOf('\n') + 1);
  const before = whole
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => z.array(entry).parse(JSON.parse(line)));
  if (whole.length < read.length) truncateSync(file, Buffer.byteLength(whole));
  const handle = openSync(file, 'a', 0o600);
  return {
    before,
    keep(entries) {
      if (entries.length === 0) return;
      writeSync(
        handle,
        `${JSON.stringify(entries, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}\n`,
      );
      fsyncSync(handle);
    },
    close: () => closeSync(handle),
  };
}
