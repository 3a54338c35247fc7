/** What happened on the simulated network, as its file keeps it. */
import { z } from 'zod';
import { openLineFile } from '../line-file.ts';
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
  const { before, add, close } = openLineFile(file, (line) => event.parse(line));
  return {
    before,
    // Empty ledgers may be lost: no more than time is lost with them.
    keep: (happened) => add(happened, { mayBeLost: 'close' in happened && happened.taken.length === 0 }),
    close,
  };
}
