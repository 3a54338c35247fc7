import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { breakLeases, claimJob, LEASE_MS, RUN_MS_MAX, registerJobs, renewLease } from '../../../core/jobs/leases.ts';
import { pauseJob, resumeJob } from '../../../core/jobs/upkeep.ts';
import { jobHistory, listJobs } from '../../../core/jobs/views.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { type Job, type JobResult, Resting, RunAgainLater, type Turn } from '../../../main/engine/jobs/job.ts';
import { JobRunner } from '../../../main/engine/jobs/runner.ts';
import { cron, everySeconds, inWords, nextAfter, type Timetable } from '../../../main/engine/jobs/timetable.ts';
import { SimulatedTime } from '../../support/simulated-time.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 5, 1, 59);
const DONE: JobResult = { summary: 'done', items: 1 };
const PAGE = { cursor: undefined, limit: 100 };

const unexpected = (sentence: string) => {
  throw new Error(sentence);
};

/** Several servers on one database and one time. */
async function fleet(writer: Writer, makeJobs: (server: string) => readonly Partial<Job>[]) {
  const time = new SimulatedTime(START_MS);
  const books = await testTreasury(writer, { clock: time });
  const server = (holder: string) =>
    new JobRunner(
      { treasury: books.treasury, timers: time, holder, random: () => 1, warn: unexpected },
      makeJobs(holder).map((job) => ({
        name: 'nightly',
        timetable: cron('0 2 * * *'),
        wakesOn: [],
        run: async () => DONE,
        ...job,
      })),
    );
  return { ...books, time, server };
}

describe('a timetable', () => {
  it.each<[string, Timetable, string, string]>([
    [
      'is in UTC, also in the night when clocks go forward',
      cron('0 2 * * *'),
      '2026-03-29T00:30:00Z',
      '2026-03-29T02:00:00.000Z',
    ],
    ['has each night once when clocks go back', cron('0 2 * * *'), '2026-10-25T02:00:00Z', '2026-10-26T02:00:00.000Z'],
    ['goes over the end of a year', cron('30 1 * * *'), '2026-12-31T12:00:00Z', '2027-01-01T01:30:00.000Z'],
    ['knows the leap day', cron('0 2 * * *'), '2028-02-28T12:00:00Z', '2028-02-29T02:00:00.000Z'],
    ['of every few seconds counts from now', everySeconds(5), '2026-01-05T00:00:01Z', '2026-01-05T00:00:06.000Z'],
  ])('%s', (_what, timetable, after, next) => {
    expect(new Date(nextAfter(timetable, Date.parse(after))).toISOString()).toBe(next);
  });

  it('says itself as people write it', () => {
    expect([inWords(cron('0 2 * * *')), inWords(everySeconds(5))]).toEqual(['0 2 * * *', 'every 5 s']);
  });
});

forEachStore((_name, open) => {
  describe('jobs', () => {
    it('run at their time on one of several servers, once', async () => {
      const ran: string[] = [];
      const { time, server, treasury } = await fleet(await open(), (holder) => [
        {
          run: async () => {
            ran.push(holder);
            return DONE;
          },
        },
      ]);
      for (const name of ['a', 'b', 'c']) server(name).start();
      await time.pass(30_000);
      expect(ran).toEqual([]);
      await time.pass(HOUR_MS);
      expect(ran).toHaveLength(1);
      await time.pass(48 * HOUR_MS);
      expect(ran).toHaveLength(3);
      const { items } = await jobHistory(treasury.writer, 'nightly', PAGE);
      expect(
        items.map(({ outcome, cause, startedAtMs }) => [outcome, cause, new Date(startedAtMs).toISOString()]),
      ).toEqual([
        ['ok', 'clock', '2026-01-07T02:00:00.000Z'],
        ['ok', 'clock', '2026-01-06T02:00:00.000Z'],
        ['ok', 'clock', '2026-01-05T02:00:00.000Z'],
      ]);
    });

    it('that wake on anything gather what happens for a while, and are not put off by what follows', async () => {
      const ran: number[] = [];
      const { time, server } = await fleet(await open(), () => [
        {
          wakesOn: 'anything',
          gathersMs: 250,
          run: async () => {
            ran.push(time.nowMs());
            return DONE;
          },
        },
      ]);
      const runner = server('a');
      runner.start();
      await time.pass(1_000);
      const beganMs = time.nowMs();
      for (let commits = 0; commits < 6; commits++) {
        runner.wake(new Set([`weather.changed_${commits}`]));
        await time.pass(100);
      }
      await time.pass(1_000);
      expect(ran.map((atMs) => atMs - beganMs)).toEqual([250, 550]);
    });

    it('make up for all the times that were slept through in one run', async () => {
      let runs = 0;
      const { time, server } = await fleet(await open(), () => [
        {
          run: async () => {
            runs += 1;
            return DONE;
          },
        },
      ]);
      server('a').start();
      await time.pass(30_000);
      time.advance(40 * 24 * HOUR_MS + 5 * HOUR_MS);
      await time.pass(60_000);
      expect(runs).toBe(1);
      await time.pass(24 * HOUR_MS);
      expect(runs).toBe(2);
    });

    it('go on when a clock that ran ahead is put right', async () => {
      const at: number[] = [];
      const { time, server } = await fleet(await open(), () => [
        {
          run: async () => {
            at.push(time.nowMs());
            return DONE;
          },
        },
      ]);
      server('a').start();
      time.advance(90 * 24 * HOUR_MS);
      await time.pass(60_000);
      expect(at).toHaveLength(1);
      time.advance(-90 * 24 * HOUR_MS);
      time.forgetAll();
      server('b').start();
      await time.pass(60_000);
      expect(at).toHaveLength(2);
      await time.pass(24 * HOUR_MS);
      expect(at).toHaveLength(3);
    });

    it('are taken over from a server that died, and the dead one’s run is remembered as lost', async () => {
      const { time, server, treasury } = await fleet(await open(), (holder) => [
        { run: () => (holder === 'dies' ? new Promise<never>(() => undefined) : Promise.resolve(DONE)) },
      ]);
      const dying = server('dies');
      void dying.runNow('nightly');
      await expect.poll(() => treasury.writer.rows(sql`select run from job_history`)).toHaveLength(1);
      time.forgetAll();
      const other = server('lives');
      await expect(other.runNow('nightly')).rejects.toMatchObject({ code: 'job.running' });
      time.advance(LEASE_MS);
      expect(await other.runNow('nightly')).toEqual({ outcome: 'ok', summary: 'done' });
      const { items } = await jobHistory(treasury.writer, 'nightly', PAGE);
      expect(items.map(({ outcome, holder }) => [holder, outcome])).toEqual([
        ['lives', 'ok'],
        ['dies', 'lost'],
      ]);
    });

    it('keep their lease as long as they work, and stop after ten minutes at their next step', async () => {
      let steps = 0;
      const { time, server, treasury } = await fleet(await open(), (holder) => [
        {
          run: async (turn: Turn) => {
            if (holder === 'other') return DONE;
            for (;;) {
              time.advance(30_000);
              await turn.step();
              steps += 1;
            }
          },
        },
      ]);
      const outcome = await server('works').runNow('nightly');
      expect(outcome).toMatchObject({ outcome: 'failed', summary: expect.stringContaining('ten minutes') });
      expect(steps).toBe(RUN_MS_MAX / 30_000 - 1);
      const [row] = await treasury.writer.rows<{ next: bigint }>(sql`select next_run_at_ms as next from jobs`);
      // The rest is done soon, not tomorrow.
      expect(Number(row?.next) - time.nowMs()).toBe(30_000);
    });

    it('find at their next step that another took them over while they slept', async () => {
      const result: string[] = [];
      const { time, server } = await fleet(await open(), (holder) => [
        {
          run: async (turn: Turn) => {
            if (holder === 'sleeps') {
              time.advance(2 * LEASE_MS);
              await server('wakes').runNow('nightly');
              await turn.step();
            }
            result.push(holder);
            return DONE;
          },
        },
      ]);
      expect(await server('sleeps').runNow('nightly')).toMatchObject({
        outcome: 'failed',
        summary: expect.stringContaining('took the job over'),
      });
      expect(result).toEqual(['wakes']);
    });

    it('come again after a failure, later each time, and tell the first failure and the recovery', async () => {
      const at: number[] = [];
      let failing = true;
      const { time, server, treasury } = await fleet(await open(), () => [
        {
          run: async () => {
            at.push((time.nowMs() - Date.UTC(2026, 0, 5, 2)) / 1_000);
            if (failing) throw new Error('The provider is away');
            return DONE;
          },
        },
      ]);
      server('a').start();
      await time.pass(10 * 60_000);
      expect(at).toEqual([0, 30, 90, 210, 450]);
      const [view] = await listJobs(treasury.writer, [{ name: 'nightly', timetable: '' }], time.nowMs());
      expect(view).toMatchObject({ health: 'failing', failures: 5, lastSummary: 'The provider is away' });
      failing = false;
      await time.pass(10 * 60_000);
      expect(at).toHaveLength(6);
      expect(
        await treasury.writer.rows(sql`select name from outbox where subject = 'job:nightly' order by seq`),
      ).toEqual([{ name: 'job.failed' }, { name: 'job.recovered' }]);
    });

    it('that know themselves when they are worth it again are run then, and have failed all the same', async () => {
      const at: number[] = [];
      const { time, server, treasury } = await fleet(await open(), () => [
        {
          timetable: everySeconds(5),
          run: async () => {
            at.push((time.nowMs() - START_MS) / 1_000);
            throw new RunAgainLater('The provider rests', at.length < 3 ? 40_000 : 24 * HOUR_MS);
          },
        },
      ]);
      server('a').start();
      await time.pass(20 * 60_000);
      // Never later than a quarter of an hour: whoever says more may be wrong.
      expect(at).toEqual([0, 40, 80, 980]);
      const [view] = await listJobs(treasury.writer, [{ name: 'nightly', timetable: '' }], time.nowMs());
      expect(view).toMatchObject({ health: 'failing', failures: 4, lastSummary: 'The provider rests' });
    });

    it('that rest until later have neither failed nor recovered, whatever wakes them meanwhile', async () => {
      let runs = 0;
      const { time, server, treasury } = await fleet(await open(), () => [
        {
          timetable: everySeconds(5),
          wakesOn: ['payout.approved'],
          run: async () => {
            runs += 1;
            if (runs === 1) throw new RunAgainLater('The provider did not answer', 5_000);
            if (runs < 6) throw new Resting('The provider rests', 40_000);
            return DONE;
          },
        },
      ]);
      const runner = server('a');
      runner.start();
      await time.pass(10_000);
      for (let wakes = 0; wakes < 3; wakes++) {
        runner.wake(new Set(['payout.approved']));
        await time.pass(1_000);
      }
      const view = async () => (await listJobs(treasury.writer, [{ name: 'nightly', timetable: '' }], time.nowMs()))[0];
      expect(runs).toBe(5);
      expect(await view()).toMatchObject({ failures: 1, lastOutcome: 'stopped', lastSummary: 'The provider rests' });
      await time.pass(39_000);
      expect(runs).toBe(6);
      expect(await view()).toMatchObject({ failures: 0, lastOutcome: 'ok' });
      const { items } = await jobHistory(treasury.writer, 'nightly', PAGE);
      expect(items.map(({ outcome }) => outcome)).not.toContain('stopped');
      expect(
        await treasury.writer.rows(sql`select name from outbox where subject = 'job:nightly' order by seq`),
      ).toEqual([{ name: 'job.failed' }, { name: 'job.recovered' }]);
    });

    it('run at once after an event that concerns them, and again when it came while they ran', async () => {
      let runs = 0;
      let during: () => void = () => undefined;
      const { time, server } = await fleet(await open(), () => [
        {
          timetable: everySeconds(3_600),
          wakesOn: ['payout.approved'],
          run: async () => {
            runs += 1;
            during();
            return DONE;
          },
        },
      ]);
      const one = server('a');
      one.start();
      await time.pass(1_000);
      expect(runs).toBe(1);
      one.wake(new Set(['payout.cancelled']));
      await time.pass(1_000);
      expect(runs).toBe(1);
      during = () => {
        during = () => undefined;
        one.wake(new Set(['payout.approved']));
      };
      one.wake(new Set(['payout.approved']));
      await time.pass(1_000);
      expect(runs).toBe(3);
    });

    it('do not run by themselves while they are paused, and make up for it afterwards', async () => {
      let runs = 0;
      const { time, server, as, ada, treasury } = await fleet(await open(), () => [
        {
          run: async () => {
            runs += 1;
            return DONE;
          },
        },
      ]);
      const one = server('a');
      one.start();
      await time.pass(1_000);
      await as(ada.actor, (work) => pauseJob(work, { name: 'nightly', reason: 'Month end.' }));
      await time.pass(72 * HOUR_MS);
      expect(runs).toBe(0);
      const [view] = await listJobs(treasury.writer, [{ name: 'nightly', timetable: '' }], time.nowMs());
      expect(view).toMatchObject({ state: 'paused', pausedBy: 'Ada', nextRunAtMs: null, lagMs: 0 });
      expect(await one.runNow('nightly')).toMatchObject({ outcome: 'ok' });
      await as(ada.actor, (work) => resumeJob(work, { name: 'nightly' }));
      await time.pass(24 * HOUR_MS);
      expect(runs).toBe(2);
      await expect(as(ada.actor, (work) => pauseJob(work, { name: 'weekly', reason: 'x' }))).rejects.toMatchObject({
        code: 'job.unknown',
      });
    });

    it('stop at their next step when the vault is closed, and are due again', async () => {
      let stopped: Promise<void> = Promise.resolve();
      const { time, server, treasury } = await fleet(await open(), () => [
        {
          run: async (turn: Turn) => {
            stopped = one.stop();
            await turn.step();
            return DONE;
          },
        },
      ]);
      const one = server('a');
      expect(await one.runNow('nightly')).toMatchObject({ outcome: 'stopped' });
      await stopped;
      const [view] = await listJobs(treasury.writer, [{ name: 'nightly', timetable: '' }], time.nowMs());
      expect(view).toMatchObject({ failures: 0, lastOutcome: 'stopped', nextRunAtMs: time.nowMs() });
    });

    it('leave no history when they are frequent and found nothing to do', async () => {
      let items = 0;
      const { time, server, treasury } = await fleet(await open(), () => [
        { timetable: everySeconds(60), run: async () => ({ summary: 'looked', items }) },
      ]);
      server('a').start();
      await time.pass(10 * 60_000);
      expect((await jobHistory(treasury.writer, 'nightly', PAGE)).items).toEqual([]);
      items = 4;
      await time.pass(60_000);
      expect((await jobHistory(treasury.writer, 'nightly', PAGE)).items).toMatchObject([{ items: 4, outcome: 'ok' }]);
    });
  });

  describe('leases', () => {
    it('go to one of twenty who claim at once', async () => {
      const writer = await open();
      await registerJobs(writer, [{ name: 'nightly', firstRunAtMs: 0 }]);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          claimJob(writer, {
            name: 'nightly',
            holder: `server ${at}`,
            cause: 'clock',
            nowMs: 1_000,
            latestNextRunMs: Number.MAX_SAFE_INTEGER,
          }),
        ),
      );
      expect(claims.filter((lease) => lease !== null)).toHaveLength(1);
    });

    it('are renewed by their holder alone, and not beyond ten minutes', async () => {
      const writer = await open();
      await registerJobs(writer, [{ name: 'nightly', firstRunAtMs: 0 }]);
      const lease = await claimJob(writer, {
        name: 'nightly',
        holder: 'a',
        cause: 'hand',
        nowMs: 1_000,
        latestNextRunMs: Number.MAX_SAFE_INTEGER,
      });
      if (!lease) throw new Error('Nobody else claimed it');
      expect(await renewLease(writer, { ...lease, holder: 'b' }, 2_000)).toBe(false);
      expect(await renewLease(writer, { ...lease, run: lease.run + 1n }, 2_000)).toBe(false);
      expect(await renewLease(writer, lease, 1_000 + RUN_MS_MAX - 1)).toBe(true);
      const [row] = await writer.rows<{ until: bigint }>(sql`select lease_until_ms as until from jobs`);
      expect(row?.until).toBe(BigInt(1_000 + RUN_MS_MAX));
      expect(await renewLease(writer, lease, 1_000 + RUN_MS_MAX)).toBe(false);
    });

    it('of a dead process are broken by whoever knows that they are alone', async () => {
      const writer = await open();
      await registerJobs(writer, [{ name: 'nightly', firstRunAtMs: 0 }]);
      await claimJob(writer, {
        name: 'nightly',
        holder: 'dead',
        cause: 'clock',
        nowMs: 1_000,
        latestNextRunMs: Number.MAX_SAFE_INTEGER,
      });
      await breakLeases(writer, 2_000);
      expect(
        await claimJob(writer, {
          name: 'nightly',
          holder: 'next',
          cause: 'clock',
          nowMs: 2_000,
          latestNextRunMs: Number.MAX_SAFE_INTEGER,
        }),
      ).toMatchObject({
        run: 2n,
      });
    });
  });
});
