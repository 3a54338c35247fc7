import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { keepCursor, outboxHead, purgeOutbox } from '../../../core/events/followers.ts';
import type { CommittedEvent } from '../../../core/store/command.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { WindowFeed } from '../../../main/engine/window-feed.ts';
import { SimulatedTime } from '../../support/simulated-time.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS, type TestTreasury, testTreasury } from '../../support/treasury.ts';

const DAY_MS = 24 * 3_600_000;

/** A process with a window: what it was told, in order. */
function server(writer: Writer, time: SimulatedTime, holder: string) {
  const told: CommittedEvent[] = [];
  const warnings: string[] = [];
  const feed = new WindowFeed({
    writer,
    clock: time,
    timers: time,
    holder,
    deliver: (events) => told.push(...events),
    warn: (sentence) => warnings.push(sentence),
  });
  return { feed, told, warnings };
}

const happen = ({ as, ada }: TestTreasury, count: number, subject = 'payout:one') =>
  as(ada.actor, async (work) => {
    work.audit({ action: 'test', subject });
    for (let at = 0; at < count; at++) work.emit({ name: 'payout.edited', subject });
  });

const inOrder = (events: readonly CommittedEvent[]) =>
  events.every((event, at) => at === 0 || event.seq > (events[at - 1]?.seq ?? 0n));

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const time = new SimulatedTime(TEST_START_MS);
    return { writer, time, books: await testTreasury(writer, { clock: time }) };
  };

  describe('the windows of every server', () => {
    it('are told what any server commits, once and in order', async () => {
      const { writer, time, books } = await start();
      const servers = ['a', 'b', 'c'].map((holder) => server(writer, time, holder));
      for (const { feed } of servers) await feed.start();
      await Promise.all(
        Array.from({ length: 20 }, async (_, at) => {
          await happen(books, 3, `payout:${at % 4}`);
          servers[at % 3]?.feed.nudge();
        }),
      );
      await time.pass(2_000);
      for (const { told } of servers) {
        expect(told).toHaveLength(60);
        expect(inOrder(told)).toBe(true);
      }
    });

    it('are told of more than fits one look', async () => {
      const { writer, time, books } = await start();
      const { feed, told } = server(writer, time, 'a');
      await feed.start();
      await happen(books, 1_203);
      await time.pass(1_000);
      expect(told).toHaveLength(1_203);
      expect(inOrder(told)).toBe(true);
    });

    it('are told when the database answers again what happened meanwhile, and somebody is told once', async () => {
      const { writer, time, books } = await start();
      let away = false;
      const shaky: Writer = {
        get dialect() {
          return writer.dialect;
        },
        get db() {
          if (away) throw new Error('The database is away');
          return writer.db;
        },
        rows: (query) => writer.rows(query),
        transaction: (work) => writer.transaction(work),
      };
      const { feed, told, warnings } = server(shaky, time, 'a');
      await feed.start();
      away = true;
      await happen(books, 2);
      await time.pass(5_000);
      expect([told, warnings]).toEqual([[], ['The outbox could not be read: Error: The database is away']]);
      away = false;
      await time.pass(1_000);
      expect(told).toHaveLength(2);
    });

    it('begin with what happens after they opened', async () => {
      const { writer, time, books } = await start();
      await happen(books, 5);
      const { feed, told } = server(writer, time, 'late');
      await feed.start();
      await time.pass(1_000);
      expect(told).toEqual([]);
    });

    it('keep a cursor while their process lives', async () => {
      const { writer, time, books } = await start();
      const { feed } = server(writer, time, 'a');
      await feed.start();
      await happen(books, 5);
      await time.pass(15_000);
      const cursors = () => writer.rows(sql`select consumer, seq from outbox_cursors`);
      expect(await cursors()).toEqual([{ consumer: 'windows:a', seq: await outboxHead(writer) }]);
      await feed.close();
      expect(await cursors()).toEqual([]);
    });
  });

  describe('purging the outbox', () => {
    const kept = async (writer: Writer) => (await writer.rows(sql`select seq from outbox`)).length;

    it('takes what is old and was passed on, and never the newest', async () => {
      const { writer, time, books } = await start();
      await happen(books, 10);
      const head = await outboxHead(writer);
      const purge = () => writer.transaction((tx) => purgeOutbox(tx, time.nowMs()));
      time.advance(29 * DAY_MS);
      expect(await purge()).toMatchObject({ events: 0 });
      time.advance(2 * DAY_MS);
      await keepCursor(writer, 'windows:slow', 4n, time.nowMs());
      expect(await purge()).toMatchObject({ events: 4 });
      time.advance(2 * DAY_MS);
      expect(await purge()).toMatchObject({ followers: 1, more: false });
      expect(await kept(writer)).toBe(1);
      await happen(books, 1);
      expect(await outboxHead(writer)).toBe(head + 1n);
    });

    it('never moves a cursor back', async () => {
      const { writer } = await start();
      await keepCursor(writer, 'windows:a', 9n, 1);
      await keepCursor(writer, 'windows:a', 3n, 2);
      expect(await writer.rows(sql`select seq from outbox_cursors`)).toEqual([{ seq: 9n }]);
    });
  });
});
