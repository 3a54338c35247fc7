/**
 * Time never runs back: what the audit log says has been, has been. Where the machine's clock is
 * behind the log, time goes on from the log's last entry at the clock's own pace, until the clock
 * is right again. So nothing that has expired comes back, and a rest that was begun ends in its time.
 */
import { sql } from 'kysely';
import type { Clock } from '../ids/ids.ts';
import type { Reader } from './tx.ts';

export interface SteadyClock extends Clock {
  notBefore(atMs: number): void;
  /** By how much the machine's clock is behind; 0 when it is not. */
  behindMs(): number;
}

/** A larger difference is somebody's doing or a broken machine, and somebody has to look. */
export const CLOCK_BEHIND_MS_MAX = 60_000;

export function steadyClock(machine: Clock): SteadyClock {
  let floorMs = 0;
  let aheadMs = 0;
  const nowMs = () => {
    const machineMs = machine.nowMs();
    if (machineMs >= floorMs) aheadMs = 0;
    else aheadMs = Math.max(aheadMs, floorMs - machineMs);
    return machineMs + aheadMs;
  };
  return {
    nowMs,
    notBefore(atMs) {
      floorMs = Math.max(floorMs, atMs);
    },
    behindMs() {
      nowMs();
      return aheadMs;
    },
  };
}

const LAST_ENTRY = sql<{ at_ms: bigint }>`select at_ms from audit_head where one = 1`;

/** Others may have written to a shared database since this process last did, with clocks of their own. */
export async function timeNow(reader: Reader, clock: Clock): Promise<number> {
  const [head] = await reader.rows(LAST_ENTRY);
  const loggedMs = Number(head?.at_ms ?? 0n);
  clock.notBefore?.(loggedMs);
  return Math.max(clock.nowMs(), loggedMs);
}
