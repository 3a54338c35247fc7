/** Releases the holds whose time has come, each in a transaction of its own and each once. */
import { Refusal } from '../errors/refusal.ts';
import type { Driver } from '../jobs/driver.ts';
import { perform } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { endEscrow } from './escrow-holds.ts';

const PAGE = 100;

export interface ReleasedHolds {
  readonly released: number;
  /** Whether `max` cut it short. */
  readonly more: boolean;
}

export async function processDueReleases(driver: Driver, max = Number.MAX_SAFE_INTEGER): Promise<ReleasedHolds> {
  const { writer, clock } = driver.treasury;
  const faults: unknown[] = [];
  const nowMs = clock.nowMs();
  let released = 0;
  let seen = 0;
  let after: DueHold | null = null;
  for (;;) {
    const due: readonly DueHold[] = await dueHolds(writer, nowMs, after, Math.min(PAGE, max - seen));
    for (const { id } of due) {
      await driver.step?.();
      try {
        await perform(driver.treasury, driver, (work) =>
          endEscrow(work, { id, end: 'release', reason: 'Its time has come.' }),
        );
        released += 1;
      } catch (error) {
        // A refusal means that somebody was first, and is in the log. A fault of ours must not keep the others waiting.
        if (!(error instanceof Refusal)) faults.push(error);
      }
    }
    seen += due.length;
    after = due.at(-1) ?? after;
    if (due.length < PAGE || seen >= max) break;
  }
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} releases met a fault: ${String(faults[0])}`);
  return { released, more: seen >= max };
}

interface DueHold {
  readonly id: string;
  readonly release_at_ms: bigint | null;
}

function dueHolds(reader: Reader, nowMs: number, after: DueHold | null, limit: number): Promise<readonly DueHold[]> {
  const query = reader.db
    .selectFrom('escrow_holds')
    .select(['id', 'release_at_ms'])
    .where('status', '=', 'active')
    .where('release_at_ms', '<=', BigInt(nowMs))
    .orderBy('release_at_ms')
    .orderBy('id')
    .limit(limit);
  if (after === null) return query.execute();
  return query
    .where((is) =>
      is.or([
        is('release_at_ms', '>', after.release_at_ms),
        is.and([is('release_at_ms', '=', after.release_at_ms), is('id', '>', after.id)]),
      ]),
    )
    .execute();
}
