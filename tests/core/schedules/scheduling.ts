/** A treasury with an operator who writes schedules, and what comes of them. */
import { sql } from 'kysely';
import type { Driver } from '../../../core/jobs/driver.ts';
import type { PayeeRecord } from '../../../core/payees/payees.ts';
import type { ScheduleRecord } from '../../../core/schedules/repository.ts';
import { createSchedule, type NewSchedule } from '../../../core/schedules/write.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { jobActor } from '../../../main/engine/jobs/runner.ts';
import { type Person, type TestClock, type TestTreasury, testTreasury, USD } from '../../support/treasury.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface Scheduling extends TestTreasury {
  readonly olga: Person;
  readonly payee: PayeeRecord;
  write(overrides?: Partial<NewSchedule>, who?: Person): Promise<ScheduleRecord>;
  driver(writer?: Writer): Driver;
  /** The payouts that schedules made: amount and requester of each. */
  made(): Promise<
    readonly { readonly key: string; readonly amount: bigint; readonly by: string; readonly at: bigint }[]
  >;
}

export async function scheduling(
  writer: Writer,
  options: { clock?: TestClock; seed?: string } = {},
): Promise<Scheduling> {
  const books = await testTreasury(writer, options);
  const olga = await books.addPerson('Olga', ['operator']);
  const payee = await books.addPayee('Carla');
  let counter = 0;
  return {
    ...books,
    olga,
    payee,
    write(overrides = {}, who = olga) {
      counter += 1;
      const destination = payee.destinations[0];
      if (!destination) throw new Error('The payee has no destination');
      const input: NewSchedule = {
        reference: `S-${counter}`,
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: USD,
        amountMinor: 12_345n,
        idempotencyKey: `schedule-${counter}`,
        ...overrides,
        // A placement's guarantee stands in for a time of its own.
        ...(overrides.dueAtMs === undefined && overrides.placementId === undefined
          ? { dueAtMs: books.clock.nowMs() + HOUR_MS }
          : {}),
      };
      return books.as(who.actor, (work) => createSchedule(work, input), 'payout-schedule.create');
    },
    driver: (other = writer) => ({
      treasury: { ...books.treasury, writer: other },
      actor: jobActor('process-schedules'),
      action: 'job.process-schedules',
      origin: { host: 'test', ip: null, userAgent: null, correlationId: 'job' },
    }),
    made: () =>
      writer.rows(sql`
        select idempotency_key as key, amount_minor as amount, requested_by as "by", created_at_ms as at
        from payouts where idempotency_key like 'schedule:%' order by idempotency_key`),
  };
}
