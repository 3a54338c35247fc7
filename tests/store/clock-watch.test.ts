import { expect, it } from 'vitest';
import { steadyClock, timeNow } from '../../core/store/steady-clock.ts';
import { ClockWatch } from '../../main/engine/clock-watch.ts';
import { SimulatedTime } from '../support/simulated-time.ts';
import { openerOf } from '../support/stores.ts';
import { clockAt, TEST_START_MS, testTreasury } from '../support/treasury.ts';

const HOUR = 3_600_000;
const open = openerOf('sqlite');

it('a clock that falls behind the log by more than a minute is news once, and so is one that is right again', async () => {
  const writer = await open();
  // Timers go on whatever the machine's clock is set to.
  const timers = new SimulatedTime(TEST_START_MS);
  const machine = clockAt(TEST_START_MS);
  const pass = async (ms: number) => {
    machine.advance(ms);
    await timers.pass(ms);
  };
  const t = await testTreasury(writer, { clock: machine });
  const clock = steadyClock(machine);
  const treasury = { ...t.treasury, clock };
  const warnings: string[] = [];
  const watch = new ClockWatch({ treasury, clock, timers, warn: (sentence) => warnings.push(sentence) });
  const news = async () => {
    const rows = await writer.db
      .selectFrom('outbox')
      .select('name')
      .where('subject', '=', 'clock')
      .orderBy('seq')
      .execute();
    return rows.map(({ name }) => name);
  };

  await timeNow(writer, clock);
  await watch.start();
  await pass(5 * 60_000);
  expect(await news()).toEqual([]);

  machine.advance(-HOUR);
  await pass(5 * 60_000);
  expect(await news()).toEqual(['clock.behind']);
  const [entry] = await writer.db
    .selectFrom('audit_entries')
    .select('details')
    .where('action', '=', 'clock.behind')
    .execute();
  expect((JSON.parse(entry?.details ?? '') as { behindMs: number }).behindMs).toBe(50 * 60_000);

  machine.advance(2 * HOUR);
  await pass(5 * 60_000);
  expect(await news()).toEqual(['clock.behind', 'clock.right']);
  await watch.close();
  await pass(HOUR);
  expect(warnings).toEqual([]);
});
