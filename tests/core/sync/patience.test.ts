import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { heldBack } from '../../../core/approvals/gate.ts';
import type { JobCause } from '../../../core/jobs/tables.ts';
import { attemptKey } from '../../../core/payouts/attempts.ts';
import { quarantinePayout } from '../../../core/payouts/life.ts';
import { payoutsUnweighed } from '../../../core/payouts/unweighed.ts';
import { type PayoutProvider, type ProviderRecord, ProviderUnreachable } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { noteAnswer, noteSilence } from '../../../core/sync/health.ts';
import { storeRecords } from '../../../core/sync/records.ts';
import { type ReadResult, syncProvider } from '../../../core/sync/settle.ts';
import { syncStatus } from '../../../core/sync/status.ts';
import { RunAgainLater } from '../../../main/engine/jobs/job.ts';
import { railJobs } from '../../../main/engine/jobs/rail-jobs.ts';
import { stellarJobs } from '../../../main/engine/jobs/stellar-jobs.ts';
import type { Stellar } from '../../../main/engine/stellar.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const MINUTE_MS = 60_000;

forEachStore((_name, open) => {
  const world = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    await t.fund(1_000_000n);
    const rail = scriptedProvider();
    let busyForMs: number | null = null;
    let isOdd = false;
    let locked: Error | null = null;
    let asked = 0;
    const undecided = new Set<string>();
    const provider: PayoutProvider = {
      ...rail,
      async createPayout(order) {
        asked += 1;
        if (undecided.has(order.payoutId))
          throw new ProviderUnreachable('its stored failure comes back', { onlyThis: true });
        return rail.createPayout(order);
      },
      async lookup(key) {
        asked += 1;
        return rail.lookup(key);
      },
      async listSince(cursor) {
        asked += 1;
        if (isOdd) throw new ProviderUnreachable('nobody can read that page', { onlyThis: true });
        if (busyForMs !== null) throw new ProviderUnreachable('asked too often', { retryAfterMs: busyForMs });
        return rail.listSince(cursor);
      },
    };
    // As every process makes them: nothing is shared but the records.
    const run = async (name: 'pay' | 'sync', cause: JobCause = 'clock') => {
      const jobs = railJobs({
        treasury: t.treasury,
        providers: {
          rails: ['simulated'],
          of: async () => {
            if (locked) throw locked;
            return provider;
          },
        },
        rail: 'simulated',
        random: () => 1,
      });
      const job = jobs.find((one) => one.name === `${name}-simulated`);
      const before = asked;
      const again = await job?.run({ cause, step: async () => undefined }).then(
        () => null,
        (error: unknown) => {
          if (!(error instanceof RunAgainLater)) throw error;
          return error.inMs;
        },
      );
      return { asked: asked - before, again };
    };
    return {
      t,
      ben,
      rail,
      run,
      beBusy: (ms: number | null) => {
        busyForMs = ms;
      },
      undecided,
      /** Opening its account fails so. */
      lockWith: (error: Error) => {
        locked = error;
      },
      beOdd: () => {
        isOdd = true;
      },
      async approved() {
        const { id } = await t.request(t.ada, await t.addPayee(`Payee ${Math.random()}`));
        await t.approve(ben, id);
        return id;
      },
      status: async () => {
        const terms = {
          rails: ['simulated'] as const,
          configured: new Set(['simulated'] as const),
          nowMs: t.clock.nowMs(),
        };
        const [status] = await syncStatus(writer, terms);
        if (!status) throw new Error('Every rail has a status');
        return status;
      },
      statusOf: async (id: string) => {
        const [row] = await writer.rows<{ status: string }>(sql`select status from payouts where id = ${id}`);
        return row?.status;
      },
      told: async () => {
        const rows = await writer.rows<{ name: string }>(
          sql`select name from outbox where name like 'provider.%' order by seq`,
        );
        return rows.map(({ name }) => name);
      },
    };
  };

  describe('a provider that does not answer', () => {
    it('is asked again after longer and longer rests, by nobody sooner, and is said to be unhealthy once', async () => {
      const w = await world();
      w.rail.faults.goAway();
      const rests: (number | null | undefined)[] = [];
      for (let failures = 0; failures < 5; failures++) {
        const { asked, again } = await w.run('sync');
        expect(asked).toBe(1);
        rests.push(again);
        // Whoever else wants to ask meanwhile finds it resting, and does not.
        expect(await w.run('pay')).toEqual({ asked: 0, again });
        expect(await w.run('sync', 'event')).toEqual({ asked: 0, again });
        w.t.clock.advance(again ?? 0);
      }
      expect(rests).toEqual([5_000, 10_000, 20_000, 40_000, 80_000]);
      expect(await w.status()).toMatchObject({ health: 'failing', failures: 5, lastError: { words: 'it is away' } });
      w.rail.faults.comeBack();
      expect(await w.run('sync')).toEqual({ asked: 1, again: null });
      expect(await w.status()).toMatchObject({ health: 'ok', failures: 0, backOffUntilMs: null, lagMs: 0 });
      expect(await w.told()).toEqual(['provider.unhealthy', 'provider.healthy']);
    });

    it('is not given what else is due: nothing is begun that cannot be asked for', async () => {
      const w = await world();
      const [first, second] = [await w.approved(), await w.approved()];
      w.rail.faults.loseRequest();
      expect(await w.run('pay')).toMatchObject({ asked: 1 });
      expect([await w.statusOf(first), await w.statusOf(second)]).toEqual(['processing', 'approved']);
      w.t.clock.advance(5_000);
      await w.run('pay');
      expect([await w.statusOf(first), await w.statusOf(second)]).toEqual(['completed', 'completed']);
    });

    it('about a single payment holds up that one, and not the rail: the others are paid meanwhile', async () => {
      const w = await world();
      const first = await w.approved();
      w.undecided.add(first);
      await w.run('pay');
      const second = await w.approved();
      expect(await w.run('pay')).toMatchObject({ again: null });
      expect([await w.statusOf(first), await w.statusOf(second)]).toEqual(['processing', 'completed']);
      expect(await w.status()).toMatchObject({ failures: 0, backOffUntilMs: null });
      w.undecided.clear();
      w.t.clock.advance(15_000);
      await w.run('pay');
      expect(await w.statusOf(first)).toBe('completed');
    });

    it('about a single payment is asked about it after longer and longer rests, also by a program that was just started', async () => {
      const w = await world();
      const id = await w.approved();
      w.undecided.add(id);
      await w.run('pay');
      const asked: number[] = [];
      // As the job runs: every five seconds for twenty minutes, each time by a process of its own.
      for (let second = 5; second <= 1_200; second += 5) {
        w.t.clock.advance(5_000);
        const round = await w.run('pay', second % 50 === 0 ? 'event' : 'clock');
        if (round.asked > 0) asked.push(second);
      }
      expect(asked).toEqual([15, 30, 60, 120, 240, 480, 960]);
      // A person does not wait.
      expect(await w.run('pay', 'hand')).toMatchObject({ asked: 2 });
      expect(await heldBack(w.t.treasury.writer, id, w.t.clock.nowMs())).toEqual({
        code: 'unanswered',
        why: expect.stringMatching(/cannot say whether it took this payment/),
        freesAtMs: w.t.clock.nowMs() + 15 * MINUTE_MS,
      });
      w.undecided.clear();
      w.t.clock.advance(15 * MINUTE_MS);
      expect(await w.run('pay', 'event')).toMatchObject({ asked: 2 });
      expect(await w.statusOf(id)).toBe('completed');
      expect(await heldBack(w.t.treasury.writer, id, w.t.clock.nowMs())).toBeNull();
      expect(w.rail.paid()).toHaveLength(1);
    });

    it('about a single page fails its reading, and is not asked for at once again', async () => {
      const w = await world();
      w.beOdd();
      await expect(w.run('sync')).rejects.toThrow('nobody can read that page');
      expect(await w.status()).toMatchObject({ failures: 0, backOffUntilMs: null });
    });

    it('is asked all the same by a person, who does not wait', async () => {
      const w = await world();
      w.rail.faults.goAway();
      await w.run('sync');
      expect(await w.run('sync', 'hand')).toMatchObject({ asked: 1 });
      w.rail.faults.comeBack();
      expect(await w.run('sync', 'hand')).toEqual({ asked: 1, again: null });
    });
  });

  describe('what a provider has told', () => {
    /** Told while people looked at the payout, who have said since that it was paid. */
    const told = async () => {
      const w = await world();
      const id = await w.approved();
      await w.run('pay');
      await w.t.as(w.t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
      await w.run('sync');
      const terms = await resolutionOf(w.t, id, 'completed');
      for (const who of [w.t.ada, w.ben]) await signTerms(w.t, who, terms);
      const unweighed = async () => (await payoutsUnweighed(w.t.treasury.writer)).size;
      expect(await unweighed()).toBe(1);
      return { ...w, unweighed };
    };

    it('is weighed also while every key of its account is refused', async () => {
      const w = await told();
      w.lockWith(new Error('every key was refused'));
      await expect(w.run('sync')).rejects.toThrow('every key was refused');
      expect(await w.unweighed()).toBe(0);
    });

    it('of Stellar is weighed also while nobody can say how it is set up', async () => {
      const w = await world();
      const id = await w.approved();
      const told: ProviderRecord = {
        eventId: 'hash:0',
        reference: 'hash:0',
        key: attemptKey(id as never, 1n),
        status: 'completed',
        amountMinor: 1n,
        assetId: USD,
        atMs: w.t.clock.nowMs(),
        raw: '{}',
      };
      await w.t.as(JOB, async (work) => {
        await storeRecords(work, 'stellar', [told]);
        work.audit({ action: 'test', subject: 'rail:stellar', details: {} });
      });
      const stellar = {
        configured: () => Promise.reject(new Error('the settings do not verify')),
      } as unknown as Stellar;
      const job = stellarJobs(w.t.treasury, stellar, () => 1).find(({ name }) => name === 'sync-stellar');
      const turn = { cause: 'clock' as const, step: async () => undefined };
      await expect(job?.run(turn)).rejects.toThrow('the settings do not verify');
      expect(await w.statusOf(id)).toBe('quarantined');
    });

    it('is weighed also while it rests', async () => {
      const w = await told();
      const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
      const driver = { treasury: w.t.treasury, actor: JOB, action: 'test', origin };
      await noteSilence(driver, 'simulated', { words: 'asked too often', retryAfterMs: MINUTE_MS, random: () => 1 });
      expect(await w.run('sync')).toEqual({ asked: 0, again: MINUTE_MS });
      expect(await w.unweighed()).toBe(0);
    });
  });

  it('a provider that asks to be left alone is, by paying and reading and people alike, for as long as it said', async () => {
    const w = await world();
    w.beBusy(7 * MINUTE_MS);
    expect(await w.run('sync')).toEqual({ asked: 1, again: 7 * MINUTE_MS });
    w.beBusy(null);
    w.t.clock.advance(MINUTE_MS);
    expect(await w.status()).toMatchObject({ retryAfterMs: 6 * MINUTE_MS });
    await w.approved();
    for (const [name, cause] of [
      ['pay', 'clock'],
      ['sync', 'event'],
      ['sync', 'hand'],
      ['pay', 'hand'],
    ] as const) {
      expect(await w.run(name, cause)).toEqual({ asked: 0, again: 6 * MINUTE_MS });
    }
    w.t.clock.advance(6 * MINUTE_MS);
    expect(await w.run('sync')).toEqual({ asked: 1, again: null });
  });

  it('and an answer that was under way when it asked for that takes nothing of it back', async () => {
    const w = await world();
    const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
    const driver = { treasury: w.t.treasury, actor: JOB, action: 'test', origin };
    const busy = { words: 'asked too often', retryAfterMs: 7 * MINUTE_MS, random: () => 1 };
    const { untilMs } = await noteSilence(driver, 'simulated', busy);
    await noteAnswer(driver, 'simulated');
    expect(await w.run('pay')).toEqual({ asked: 0, again: 7 * MINUTE_MS });
    expect(await w.status()).toMatchObject({ failures: 0, retryAfterMs: 7 * MINUTE_MS, backOffUntilMs: untilMs });
    w.t.clock.advance(7 * MINUTE_MS);
    expect(await w.run('sync')).toEqual({ asked: 1, again: null });
  });

  it('a long history is read over several runs, page by page from where the last one stopped', async () => {
    const w = await world();
    const pages = 5;
    const provider = {
      rail: 'simulated' as const,
      listSince: async (cursor: string | null) => {
        const number = Number(cursor ?? '0') + 1;
        const { records } = await w.rail.listSince(null);
        return { records, cursor: String(number), more: number < pages };
      },
    };
    let steps = 0;
    const read = (most: number): Promise<ReadResult> => {
      let asked = 0;
      return syncProvider(w.t.treasury, JOB, provider, {
        step: async () => {
          steps += 1;
        },
        goOn: () => ++asked < most,
      });
    };
    expect(await read(3)).toMatchObject({ isWhole: false });
    expect(await w.status()).toMatchObject({ health: 'new', lastOkAtMs: null, reading: { pages: 3 } });
    expect(await read(9)).toMatchObject({ isWhole: true });
    expect(await w.status()).toMatchObject({ health: 'ok', reading: null });
    expect(steps).toBe(pages);
  });
});
