/**
 * A year of schedules and holds under a clock that jumps: nights, months, clocks put forward and
 * back, servers that sleep for weeks, processes killed in the middle of a job. Whatever happened,
 * in the end nothing was paid twice and nothing was forgotten.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../core/audit/verify.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { createEscrow, endEscrow } from '../../core/escrow-holds/escrow-holds.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { movePlacement } from '../../core/placements/placements.ts';
import { triggerSchedule } from '../../core/schedules/process.ts';
import { cancelSchedule, deleteSchedule, editSchedule } from '../../core/schedules/write.ts';
import { createStatement } from '../../core/statements/statements.ts';
import { jobsFor } from '../../main/engine/jobs/definitions.ts';
import { JobRunner } from '../../main/engine/jobs/runner.ts';
import { scheduling } from '../core/schedules/scheduling.ts';
import { type Death, dyingWriter } from '../support/dying-writer.ts';
import { SimulatedTime } from '../support/simulated-time.ts';
import { forEachStore } from '../support/stores.ts';
import { TEST_START_MS, USD } from '../support/treasury.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = 120;

/** The same seed gives the same year. */
function chance(seed: string) {
  let counter = 0;
  const below = (limit: number) => {
    counter += 1;
    return createHash('sha256').update(`${seed}:${counter}`).digest().readUInt32BE(0) % limit;
  };
  return { below, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

forEachStore((name, open) => {
  describe('a simulated year', () => {
    // PostgreSQL is asked over a socket; the simulation of everything plays there as well.
    const words = name === 'sqlite' ? ['first', 'second', 'third'] : ['first'];
    it.each(words)('leaves nothing paid twice and nothing forgotten (seed %s)', async (word) => {
      const seed = `${name}:${word}`;
      const { below, pick } = chance(seed);
      const time = new SimulatedTime(TEST_START_MS);
      const writer = await open();
      const books = await scheduling(writer, { clock: time, seed });
      const { olga, payee } = books;
      const mine = { ids: [] as string[], holds: [] as string[] };

      await books.as(olga.actor, (work) =>
        createStatement(work, {
          reference: 'ST-1',
          payeeId: payee.id,
          periodFrom: '2026-01-01',
          periodTo: '2026-12-31',
          assetId: USD,
          lines: [{ description: 'The year', amountMinor: 10_000_000n }],
        }),
      );

      const warnings: string[] = [];
      /** Servers come and go; each has its own way to die. */
      let generation = 0;
      const startServer = (death: Death) => {
        generation += 1;
        const treasury = { ...books.treasury, writer: dyingWriter(writer, death) };
        const runner = new JobRunner(
          {
            treasury,
            timers: time,
            holder: `server ${generation}`,
            random: () => below(100) / 100,
            warn: (sentence) => warnings.push(sentence),
          },
          jobsFor({ treasury, backup: null, settleSlots: async () => undefined }),
        );
        runner.start();
      };
      const restart = (death: Death) => {
        // A process that is killed runs no timers, and its lease stays behind.
        time.forgetAll();
        startServer(death);
      };
      const immortal: Death = { at: Number.MAX_SAFE_INTEGER, when: 'before' };

      const attempt = async (act: () => Promise<unknown>) => {
        try {
          await act();
        } catch (error) {
          // People may come too late; everything else is a finding.
          if (!(error instanceof Refusal)) throw error;
        }
      };
      const reason = 'As it goes.';
      const restore = () =>
        writer.transaction((tx) => tx.run(sql`update destinations set status = 'confirmed', retired_at_ms = null`));
      const writeOne = async () =>
        mine.ids.push((await books.write({ dueAtMs: time.nowMs() + 1 + below(48) * HOUR_MS })).id);
      const acts: readonly (() => Promise<unknown>)[] = [
        writeOne,
        writeOne,
        writeOne,
        async () =>
          mine.ids.push(
            (
              await books.write({
                dueAtMs: time.nowMs() + 1 + below(40) * DAY_MS,
                amountMinor: BigInt(1 + below(9_999)),
              })
            ).id,
          ),
        async () =>
          mine.ids.push(
            (
              await books.write({
                placementId: `PL-${mine.ids.length}`,
                guaranteeCompletionDate: day(time.nowMs() + below(60) * DAY_MS),
              })
            ).id,
          ),
        async () => {
          const placementId = `PL-${below(40)}`;
          await books.as(olga.actor, (work) =>
            movePlacement(work, {
              placementId,
              guaranteeCompletionDate: day(time.nowMs() + below(30) * DAY_MS),
              reason,
            }),
          );
        },
        async () => {
          const { id } = await books.as(olga.actor, (work) =>
            createEscrow(work, {
              reference: 'H',
              placementId: `PH-${mine.holds.length}`,
              payeeId: payee.id,
              assetId: USD,
              amountMinor: BigInt(1 + below(900)),
              releaseAtMs: time.nowMs() + 1 + below(30) * DAY_MS,
              idempotencyKey: `hold-${mine.holds.length}`,
            }),
          );
          mine.holds.push(id);
        },
        () =>
          books.as(olga.actor, (work) =>
            endEscrow(work, { id: pick(mine.holds) ?? 'hld_none', end: pick(['release', 'cancel'] as const), reason }),
          ),
        () => books.as(olga.actor, (work) => cancelSchedule(work, { id: pick(mine.ids) ?? 'sch_none', reason })),
        () => books.as(olga.actor, (work) => deleteSchedule(work, { id: pick(mine.ids) ?? 'sch_none', reason })),
        () => triggerSchedule(books.driver(), { id: pick(mine.ids) ?? 'sch_none' }),
        async () => {
          const id = pick(mine.ids) ?? 'sch_none';
          const [row] = await writer.rows<{ version: bigint }>(
            sql`select version from payout_schedules where id = ${id}`,
          );
          await books.as(olga.actor, (work) =>
            editSchedule(work, {
              id,
              version: Number(row?.version ?? 0n),
              dueAtMs: time.nowMs() + 1 + below(20) * DAY_MS,
            }),
          );
        },
        // Refusals come and go: for a while nothing can be paid there.
        () => writer.transaction((tx) => tx.run(sql`update destinations set status = 'retired', retired_at_ms = 1`)),
        restore,
        restore,
        restore,
      ];

      startServer(immortal);
      for (let step = 0; step < STEPS; step++) {
        for (let at = below(6); at >= 0; at--) await attempt(pick(acts));
        switch (below(6)) {
          case 0:
            restart({ at: 1 + below(12), when: pick(['before', 'after'] as const) });
            await time.pass(2 * 60_000);
            break;
          case 1:
            // Asleep: no timer fires until it wakes.
            time.advance(below(20) * DAY_MS);
            await time.pass(60_000);
            break;
          case 2:
            // To just before the nightly run, and over it.
            time.advance((DAY_MS + 2 * HOUR_MS - 30_000 - (time.nowMs() % DAY_MS)) % DAY_MS);
            await time.pass(90_000);
            break;
          default:
            time.advance(below(30) * HOUR_MS);
            await time.pass(60_000);
        }
      }

      // Peace: everything can be paid, the servers are well, and all that was planned becomes due.
      await restore();
      restart(immortal);
      for (let night = 0; night < 8; night++) {
        time.advance(10 * DAY_MS);
        await time.pass(2 * 60_000);
      }

      const rows = await writer.rows<{
        id: string;
        status: string;
        deleted: bigint | null;
        amount: bigint;
        payout: string | null;
      }>(sql`
        select id, status, deleted_at_ms as deleted, amount_minor as amount, payout_id as payout from payout_schedules order by id`);
      const made = new Map((await books.made()).map(({ key, amount }) => [key, amount]));
      const wrong = rows.flatMap(({ id, status, deleted, amount }) => {
        const paid = made.get(`schedule:${id}`);
        if (status === 'processed')
          return paid === amount ? [] : [`${id} was processed for ${amount}, its payout is ${paid}`];
        if (paid !== undefined) return [`${id} is ${status} and has a payout`];
        return deleted !== null || status === 'cancelled' || status === 'failed'
          ? []
          : [`${id} was forgotten in ${status}`];
      });
      expect(wrong, `seed ${seed}`).toEqual([]);
      expect(made.size).toBe(rows.filter(({ status }) => status === 'processed').length);
      expect(made.size).toBeGreaterThan(20);
      const active = await writer.rows(sql`select id from escrow_holds where status = 'active'`);
      expect(active, `seed ${seed}`).toEqual([]);
      expect(await brokenInvariants(writer), `seed ${seed}`).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
      expect(mine.holds.length).toBeGreaterThan(3);
      // Only processes that were killed had anything to say.
      expect(warnings.filter((sentence) => !sentence.includes('Died'))).toEqual([]);
      expect(
        await writer.rows(sql`select 1 as lost from job_history where outcome = 'lost' limit 1`),
        'a job was killed half-way',
      ).toHaveLength(1);
    });
  });
});
