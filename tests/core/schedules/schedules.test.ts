import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { assetId } from '../../../core/money/assets.ts';
import { movePlacement } from '../../../core/placements/placements.ts';
import { processDueSchedules, TRY_AGAIN_MS, triggerSchedule } from '../../../core/schedules/process.ts';
import { changeSchedule, getSchedule, lockSchedule } from '../../../core/schedules/repository.ts';
import { listSchedules } from '../../../core/schedules/views.ts';
import { cancelSchedule, deleteSchedule, editSchedule } from '../../../core/schedules/write.ts';
import { dyingWriter } from '../../support/dying-writer.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS, USD } from '../../support/treasury.ts';
import { outcomes } from '../ledger/bookkeeper.ts';
import { DAY_MS, HOUR_MS, type Scheduling, scheduling } from './scheduling.ts';

/** Makes every try to create the payout a refusal. */
const retire = ({ treasury }: Scheduling) =>
  treasury.writer.transaction((tx) => tx.run(sql`update destinations set status = 'retired', retired_at_ms = 1`));
const bringBack = ({ treasury }: Scheduling) =>
  treasury.writer.transaction((tx) => tx.run(sql`update destinations set status = 'confirmed', retired_at_ms = null`));

forEachStore((_name, open) => {
  const start = async () => scheduling(await open());
  const due = (books: Scheduling) => processDueSchedules(books.driver());

  describe('a payout schedule', () => {
    it('makes its payout when its time has come, and not before', async () => {
      const books = await start();
      const { id } = await books.write();
      expect(await due(books)).toEqual({ processed: 0, failed: 0, waiting: 0, againInMs: null });
      books.clock.advance(HOUR_MS);
      expect(await due(books)).toMatchObject({ processed: 1 });
      const done = await getSchedule(books.treasury.writer, id);
      expect(done).toMatchObject({ status: 'processed', processedAtMs: books.clock.nowMs(), failureReason: null });
      expect(await books.made()).toEqual([
        { key: `schedule:${id}`, amount: 12_345n, by: books.olga.staff.id, at: BigInt(books.clock.nowMs()) },
      ]);
      expect(await due(books)).toMatchObject({ processed: 0 });
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
      expect(await verifyChain(books.treasury.writer)).toMatchObject({ valid: true });
    });

    it('is requested by whoever wrote it: that person cannot approve its payout, another can', async () => {
      const books = await start();
      const both = await books.addPerson('Paula', ['operator', 'approver']);
      const { id } = await books.write({}, both);
      books.clock.advance(HOUR_MS);
      await due(books);
      const { payoutId } = await getSchedule(books.treasury.writer, id);
      await expect(books.approve(both, payoutId ?? '')).rejects.toMatchObject({ code: 'approval.own_act' });
      const ben = await books.addPerson('Ben', ['approver']);
      expect(await books.approve(ben, payoutId ?? '')).toMatchObject({ status: 'approved' });
    });

    it('is one schedule however often it is asked for, and nothing else under its key', async () => {
      const books = await start();
      const first = await books.write({ idempotencyKey: 'once', reference: 'R', dueAtMs: TEST_START_MS + DAY_MS });
      expect(await books.write({ idempotencyKey: 'once', reference: 'R', dueAtMs: TEST_START_MS + DAY_MS })).toEqual(
        first,
      );
      await expect(
        books.write({ idempotencyKey: 'once', reference: 'R', dueAtMs: TEST_START_MS + DAY_MS, amountMinor: 1n }),
      ).rejects.toMatchObject({ code: 'schedule.idempotency_mismatch' });
      expect(await books.treasury.writer.rows(sql`select id from payout_schedules`)).toHaveLength(1);
    });

    it('falls due on the day its placement’s guarantee is complete, and moves with it', async () => {
      const books = await start();
      const { id } = await books.write({ placementId: 'PL-1', guaranteeCompletionDate: '2026-03-29' });
      expect(await getSchedule(books.treasury.writer, id)).toMatchObject({
        onGuarantee: true,
        dueAtMs: Date.UTC(2026, 2, 29),
      });
      await expect(books.write({ placementId: 'PL-1', guaranteeCompletionDate: '2026-04-01' })).rejects.toMatchObject({
        code: 'placement.other_guarantee',
        data: { guaranteeCompletionDate: '2026-03-29' },
      });
      await books.as(books.olga.actor, (work) =>
        movePlacement(work, { placementId: 'PL-1', guaranteeCompletionDate: '2026-05-31', reason: 'Replaced.' }),
      );
      expect(await getSchedule(books.treasury.writer, id)).toMatchObject({
        dueAtMs: Date.UTC(2026, 4, 31),
        version: 2n,
      });
      books.clock.advance(Date.UTC(2026, 4, 31) - 1 - books.clock.nowMs());
      expect(await due(books)).toMatchObject({ processed: 0 });
      books.clock.advance(1);
      expect(await due(books)).toMatchObject({ processed: 1 });
    });

    it('is edited by who wrote it alone, cancelled by others, and both only while there is no payout', async () => {
      const books = await start();
      const other = await books.addPerson('Otto', ['operator']);
      const { id } = await books.write();
      const edit = (who = books.olga, version = 1) =>
        books.as(who.actor, (work) => editSchedule(work, { id, version, amountMinor: 500n }));
      await expect(edit(other)).rejects.toMatchObject({ code: 'schedule.not_yours' });
      expect(await edit()).toMatchObject({ amountMinor: 500n, version: 2n });
      await expect(edit()).rejects.toMatchObject({ code: 'schedule.stale' });
      await expect(edit(books.olga, 2)).rejects.toMatchObject({ code: 'schedule.nothing_changed' });
      await books.as(other.actor, (work) => cancelSchedule(work, { id, reason: 'Not owed.' }));
      books.clock.advance(DAY_MS);
      expect(await due(books)).toMatchObject({ processed: 0 });
      await expect(triggerSchedule(books.driver(), { id })).rejects.toMatchObject({ code: 'schedule.stale' });
      expect(await books.made()).toEqual([]);
    });

    it('is deleted while there is no payout, and then listed and processed no more', async () => {
      const books = await start();
      const gone = await books.write();
      const made = await books.write();
      const remove = (id: string) =>
        books.as(books.olga.actor, (work) => deleteSchedule(work, { id, reason: 'Twice.' }));
      await remove(gone.id);
      books.clock.advance(HOUR_MS);
      expect(await due(books)).toMatchObject({ processed: 1 });
      await expect(remove(made.id)).rejects.toMatchObject({ code: 'schedule.stale' });
      await expect(remove(gone.id)).rejects.toMatchObject({ code: 'schedule.unknown' });
      const { items } = await listSchedules(books.treasury.writer, {}, { cursor: undefined, limit: 10 });
      expect(items.map(({ id }) => id)).toEqual([made.id]);
    });

    it('is tried three times with a rest in between, says why each was refused, and then waits for a person', async () => {
      const books = await start();
      const { id } = await books.write();
      await retire(books);
      books.clock.advance(HOUR_MS);
      expect(await due(books)).toEqual({ processed: 0, failed: 0, waiting: 1, againInMs: TRY_AGAIN_MS });
      expect(await due(books)).toMatchObject({ waiting: 0 });
      expect(await getSchedule(books.treasury.writer, id)).toMatchObject({
        status: 'pending',
        retryCount: 1n,
        lastRetryAtMs: books.clock.nowMs(),
        failureReason: 'The destination is retired: nothing is paid to it. [destination.retired]',
      });
      books.clock.advance(TRY_AGAIN_MS);
      expect(await due(books)).toMatchObject({ waiting: 1 });
      books.clock.advance(TRY_AGAIN_MS);
      expect(await due(books)).toMatchObject({ failed: 1, againInMs: null });
      books.clock.advance(DAY_MS);
      expect(await due(books)).toMatchObject({ failed: 0, waiting: 0 });
      await bringBack(books);
      expect(await triggerSchedule(books.driver(), { id })).toMatchObject({
        status: 'processed',
        retryCount: 3n,
        failureReason: null,
      });
      expect(await books.made()).toHaveLength(1);
      const refused = await books.treasury.writer.rows(
        sql`select action from audit_entries where outcome = 'refused' and action = 'payout-schedule.complete'`,
      );
      expect(refused).toHaveLength(3);
    });

    it('is not held up by another that meets a fault of ours, and the fault is told', async () => {
      const books = await start();
      const broken = await books.write({ dueAtMs: TEST_START_MS + 1 });
      await books.write();
      books.clock.advance(HOUR_MS);
      let first = true;
      const { writer } = books.treasury;
      const faulty = {
        ...books.driver(),
        treasury: {
          ...books.treasury,
          ids: {
            next: ((kind: 'payout') => {
              if (kind === 'payout' && first) {
                first = false;
                throw new Error('No ids today');
              }
              return books.treasury.ids.next(kind);
            }) as typeof books.treasury.ids.next,
          },
        },
      };
      await expect(processDueSchedules(faulty)).rejects.toThrow('1 schedules met a fault: No ids today');
      expect(await books.made()).toHaveLength(1);
      expect(await getSchedule(writer, broken.id)).toMatchObject({
        status: 'pending',
        failureReason: 'A fault of ours: No ids today',
      });
    });
  });

  describe('bad input for a payout schedule', () => {
    const refusals: readonly [string, string, (books: Scheduling) => Promise<unknown>][] = [
      ['a time that is past', 'schedule.past', (books) => books.write({ dueAtMs: TEST_START_MS - 1 })],
      ['this very moment', 'schedule.past', (books) => books.write({ dueAtMs: books.clock.nowMs() })],
      [
        'a guarantee that was complete yesterday',
        'schedule.past',
        (books) => books.write({ placementId: 'PL-9', guaranteeCompletionDate: '2026-01-04' }),
      ],
      [
        'a placement whose guarantee is not known',
        'placement.no_guarantee',
        (books) => books.write({ placementId: 'PL-9' }),
      ],
      [
        'a time and a guarantee at once',
        'input.invalid',
        (books) => books.write({ placementId: 'PL-9', dueAtMs: TEST_START_MS + DAY_MS, onGuarantee: true }),
      ],
      [
        'a guarantee of nothing',
        'input.invalid',
        (books) => books.write({ dueAtMs: TEST_START_MS + DAY_MS, guaranteeCompletionDate: '2026-02-01' }),
      ],
      ['nothing to pay', 'payout.amount', (books) => books.write({ amountMinor: 0n })],
      ['an asset that is not known', 'asset.unknown', (books) => books.write({ assetId: assetId('iso:CHF') })],
      ['a payee that is not there', 'payee.unknown', (books) => books.write({ payeeId: `pye_${'0'.repeat(25)}` })],
      [
        'a destination of somebody else',
        'destination.unknown',
        async (books) => {
          const other = await books.addPayee('Dora');
          return books.write({ destinationId: other.destinations[0]?.id ?? '' });
        },
      ],
      [
        'a destination that is retired',
        'destination.retired',
        async (books) => {
          await retire(books);
          return books.write();
        },
      ],
    ];

    it.each(refusals)('%s is refused, and nothing is written', async (_what, code, ask) => {
      const books = await start();
      await expect(ask(books)).rejects.toMatchObject({ code });
      for (const table of ['payout_schedules', 'placements', 'payouts']) {
        expect(await books.treasury.writer.rows(sql`select 1 as row from ${sql.table(table)}`)).toEqual([]);
      }
      const [last] = await books.treasury.writer.rows<{ outcome: string; action: string }>(
        sql`select outcome, action from audit_entries order by seq desc limit 1`,
      );
      expect(last).toEqual({ outcome: 'refused', action: 'payout-schedule.create' });
    });
  });

  describe('many at once', () => {
    it('ask under one key for one schedule: it is written once, and all are given it', async () => {
      const books = await start();
      const one = { idempotencyKey: 'once', reference: 'R', dueAtMs: TEST_START_MS + DAY_MS };
      const asked = await Promise.all(Array.from({ length: 20 }, () => books.write(one)));
      expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
      expect(await books.treasury.writer.rows(sql`select id from payout_schedules`)).toHaveLength(1);
    });

    it('process and trigger the same schedules: each pays once', async () => {
      const books = await start();
      const ids: string[] = [];
      for (let at = 0; at < 10; at++) ids.push((await books.write()).id);
      books.clock.advance(HOUR_MS);
      const { refused } = await outcomes([
        ...Array.from({ length: 6 }, () => due(books)),
        ...ids.flatMap((id) => [triggerSchedule(books.driver(), { id }), triggerSchedule(books.driver(), { id })]),
      ]);
      expect(new Set(refused)).toEqual(new Set(['schedule.stale']));
      // What the triggers had in hand when the rounds looked is finished by the next round at the latest.
      await due(books);
      expect((await books.made()).map(({ key }) => key)).toEqual(ids.map((id) => `schedule:${id}`).sort());
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it('cancel, edit and process one: one of them is first, and there is a payout only if it was processed', async () => {
      const books = await start();
      for (let round = 0; round < 5; round++) {
        const { id } = await books.write();
        books.clock.advance(HOUR_MS);
        await outcomes([
          due(books),
          books.as(books.olga.actor, (work) => cancelSchedule(work, { id, reason: 'Late.' })),
          books.as(books.olga.actor, (work) => editSchedule(work, { id, version: 1, amountMinor: 777n })),
          due(books),
        ]);
        await due(books);
        const { status, amountMinor } = await getSchedule(books.treasury.writer, id);
        const made = (await books.made()).filter(({ key }) => key === `schedule:${id}`);
        expect(made.map(({ amount }) => amount)).toEqual(status === 'processed' ? [amountMinor] : []);
      }
    });
  });

  describe('a process that dies', () => {
    it('at any transaction of a round leaves nothing forgotten and nothing paid twice', async () => {
      const books = await start();
      // Three transactions for a schedule that goes well, four with the refusal of the second.
      for (let at = 1, died = true; died; at++) {
        for (const when of ['before', 'after'] as const) {
          const good = await books.write();
          const small = await books.write();
          books.clock.advance(HOUR_MS);
          const writer = dyingWriter(books.treasury.writer, { at, when });
          const round = processDueSchedules(books.driver(writer));
          died = await round.then(
            () => false,
            () => true,
          );
          await due(books);
          books.clock.advance(TRY_AGAIN_MS);
          await due(books);
          const keys = (await books.made()).map(({ key }) => key);
          for (const { id } of [good, small]) {
            expect(
              keys.filter((key) => key === `schedule:${id}`),
              `died ${when} transaction ${at}`,
            ).toHaveLength(1);
            expect(await getSchedule(books.treasury.writer, id)).toMatchObject({ status: 'processed' });
          }
        }
        expect(at).toBeLessThan(20);
      }
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it('after it took a schedule leaves it to the next round', async () => {
      const books = await start();
      const { id } = await books.write();
      await books.as(books.olga.actor, async (work) => {
        await changeSchedule(work, await lockSchedule(work.tx, id), 'trigger');
        work.audit({ action: 'test', subject: `schedule:${id}` });
      });
      // Not even due: it was taken, so it is finished.
      expect(await due(books)).toMatchObject({ processed: 1 });
      expect(await books.made()).toHaveLength(1);
    });
  });

  describe('the database', () => {
    it.each([
      "update payout_schedules set written_by = 'stf_other'",
      'delete from payout_schedules',
      "update payout_schedules set status = 'processed'",
      'update payout_schedules set retry_count = 4',
      'update payout_schedules set amount_minor = 0',
    ])('refuses "%s"', async (statement) => {
      const books = await start();
      await books.write({ assetId: USD });
      await expect(books.treasury.writer.transaction((tx) => tx.run(sql.raw(statement)))).rejects.toThrow(
        /keeps what it began with|check|CHECK/,
      );
    });
  });
});
