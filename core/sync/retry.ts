/** Trying a record again that was given up: something that stood in its way may have been put right. */
import type { RailName } from '../contract/payees.ts';
import type { Driver } from '../jobs/driver.ts';
import type { Work } from '../store/command.ts';
import { notDead, unknownEvent } from './errors.ts';
import type { EventName } from './event-views.ts';
import { handleOpen } from './settle.ts';

/** From here on it is as one that was never tried, and may be given up again. */
export async function retryEvent(work: Work, { rail, eventId }: EventName): Promise<void> {
  const row = await work.tx.db
    .selectFrom('provider_events')
    .select(['outcome', 'tries', 'error'])
    .where('provider', '=', rail)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  if (!row) throw unknownEvent(rail, eventId);
  if (row.outcome !== 'dead') throw notDead(rail, eventId);
  await work.tx.write
    .updateTable('provider_events')
    .set({ outcome: 'retrying', handled_at_ms: null, tries: 0n, next_try_at_ms: BigInt(work.nowMs) })
    .where('provider', '=', rail)
    .where('event_id', '=', eventId)
    .where('outcome', '=', 'dead')
    .execute();
  const subject = `provider_event:${rail}:${eventId}`;
  work.audit({ action: 'provider_event.retry', subject, details: { tries: Number(row.tries), error: row.error } });
  work.emit({ name: 'provider_event.retried', subject });
}

/** What is open of a rail's records is looked at, without asking the provider. */
export function handleAgain(driver: Driver, rail: RailName): Promise<void> {
  return handleOpen(driver, rail, { stored: 0, settled: 0, quarantined: 0 });
}
