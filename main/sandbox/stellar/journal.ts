/** What happened on the simulated network, line by line: what is acknowledged survives its process. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { NetworkEvent } from './network.ts';

const event: z.ZodType<NetworkEvent> = z.union([
  z.strictObject({ fund: z.string() }),
  z.strictObject({ usdc: z.string(), stroops: z.string() }),
  z.strictObject({ close: z.int(), taken: z.array(z.string()), fee: z.string().optional() }),
]);

export interface Journal {
  readonly before: readonly NetworkEvent[];
  readonly keep: (event: NetworkEvent) => void;
  close(): void;
}

export function openJournal(file: string): Journal {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // The process may have died within the last line: what was not written whole was not acknowledged.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const before = whole
    .split('\n')
    .slice(0, -1)
    .map((line) => event.parse(JSON.parse(line)));
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  const handle = openSync(file, 'a', 0o600);
  return {
    before,
    keep(happened) {
      writeSync(handle, `${JSON.stringify(happened)}\n`);
      // Empty ledgers may be lost: no more than time is lost with them.
      if (!('close' in happened) || happened.taken.length > 0) fsyncSync(handle);
    },
    close: () => closeSync(handle),
  };
}
