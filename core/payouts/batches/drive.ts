/** One round over a provider that takes payments together: what is open first, then the next batch. */
import type { PayoutBatches } from '../../rails/provider.ts';
import { type DriveResult, type Driver, goesOn } from '../answers.ts';
import { coveredBy } from '../covered.ts';
import { startableNow } from '../start.ts';
import { lookAtOpen, lookAtReleased } from './look.ts';
import { whatMayGo } from './look-ahead.ts';
import { timesNotTaken } from './not-taken.ts';
import { prepareBatch, roomInNext } from './prepare.ts';
import { batchesUnderWay, openBatchOn } from './records.ts';

/** Batches whose payments one round looks at; more wait for the next. */
const UNDER_WAY_MAX = 50;

export async function driveBatches(driver: Driver, batches: PayoutBatches): Promise<DriveResult> {
  const { writer, clock } = driver.treasury;
  const { rail } = driver.provider;
  const open = await openBatchOn(writer, rail);
  if (open) await lookAtOpen(driver, batches, open);
  const tally = { started: 0, completed: 0, failed: 0, waiting: 0, unfunded: 0, held: 0 };
  for (const batch of await batchesUnderWay(writer, rail, UNDER_WAY_MAX)) {
    if (!(await goesOn(driver))) break;
    for (const { status } of await lookAtReleased(driver, batches, batch)) {
      if (status === 'completed') tally.completed += 1;
      else if (status === 'failed') tally.failed += 1;
      else tally.waiting += 1;
    }
  }
  // Whatever was in a batch that was not paid rests, if at all, with its whole rail.
  const { due, unfunded, held } = await startableNow(writer, rail, clock.nowMs(), {
    despiteRests: true,
    timesNotTaken: await timesNotTaken(writer, rail, clock.nowMs()),
  });
  tally.held = held;
  tally.unfunded = unfunded;
  const waits = { ...tally, waiting: tally.waiting + due.length };
  if (due.length === 0 || !(await goesOn(driver))) return waits;
  const room = await roomInNext(writer, { rail, batches }, clock.nowMs());
  if (room === 0) {
    // There is time for it now.
    await whatMayGo(driver, batches, due.slice(0, batches.paymentsMax));
    return waits;
  }
  const covered = await coveredBy(driver.provider, due);
  const next = await whatMayGo(driver, batches, covered.slice(0, room));
  const prepared = next.length === 0 ? null : await prepareBatch(driver, batches, next);
  return {
    ...tally,
    unfunded: unfunded + due.length - covered.length,
    started: prepared?.payments ?? 0,
    waiting: tally.waiting + covered.length,
  };
}
