import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Begun,
  beginRequest,
  commitRequest,
  giveUp,
  hashOfRequest,
  keepAnswer,
  type Turn,
} from '../../../core/requests/answers.ts';
import { countWrite } from '../../../core/requests/write-limits.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { atOnce } from '../../support/at-once.ts';
import { forEachStore } from '../../support/stores.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 9);
const MINUTE_MS = 60_000;
const HASH = hashOfRequest('payouts.cancel', { id: 'pay_1' });

interface Asked {
  readonly atMs?: number;
  readonly hash?: string;
  readonly caller?: string;
  readonly repeatable?: boolean;
}

function begin(writer: Writer, asked: Asked = {}): Promise<Begun> {
  const { atMs = NOW_MS, hash = HASH, caller = 'service:billing', repeatable = false } = asked;
  const request = { caller, key: 'key-1', hash, repeatable };
  return writer.transaction((tx) => beginRequest(tx, request, randomUUID(), atMs));
}

async function beginFirst(writer: Writer, asked: Asked = {}): Promise<Turn> {
  const begun = await begin(writer, asked);
  if (!('turn' in begun)) throw new Error('The key was used before');
  return begun.turn;
}

const commit = (writer: Writer, turn: Turn) => writer.transaction((tx) => commitRequest(tx, turn));

forEachStore((_name, open) => {
  describe('a request with a key', () => {
    it('is carried out once, and its answer given again for a day', async () => {
      const store = await open();
      const turn = await beginFirst(store);
      await commit(store, turn);
      await keepAnswer(store, turn, '{"id":"pay_1"}');
      const again = { answer: '{"id":"pay_1"}' };
      expect(await begin(store)).toEqual(again);
      expect(await begin(store, { atMs: NOW_MS + 24 * 60 * MINUTE_MS })).toEqual(again);
      expect(await begin(store, { atMs: NOW_MS + 24 * 60 * MINUTE_MS + 1 })).toHaveProperty('turn');
    });

    it('is refused when the key was used for something else, whether that is done or not', async () => {
      const store = await open();
      const other = { hash: hashOfRequest('payouts.cancel', { id: 'pay_2' }) };
      const turn = await beginFirst(store);
      await expect(begin(store, other)).rejects.toMatchObject({ code: 'idempotency.mismatch' });
      await keepAnswer(store, turn, '{}');
      await expect(begin(store, other)).rejects.toMatchObject({ code: 'idempotency.mismatch' });
    });

    it('has a key of its own for each caller', async () => {
      const store = await open();
      await beginFirst(store);
      await expect(begin(store, { caller: 'service:other' })).resolves.toHaveProperty('turn');
    });

    it('is told to wait while the first is carried out: of many at once, one is', async () => {
      const store = await open();
      const { done, refused } = await atOnce(() => begin(store), 12);
      expect([done.length, refused]).toEqual([1, { 'idempotency.in_progress': 11 }]);
    });

    it('leaves its key free when nothing was done', async () => {
      const store = await open();
      await giveUp(store, await beginFirst(store));
      await expect(begin(store, { hash: hashOfRequest('x', null) })).resolves.toHaveProperty('turn');
    });

    it('keeps its key when something was done, whatever happens after', async () => {
      const store = await open();
      const turn = await beginFirst(store);
      await commit(store, turn);
      await giveUp(store, turn);
      await expect(begin(store)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    });

    it('that was cut short before anything was done is carried out by the next one', async () => {
      const store = await open();
      const late = await beginFirst(store);
      await expect(begin(store, { atMs: NOW_MS + 5 * MINUTE_MS - 1 })).rejects.toMatchObject({
        code: 'idempotency.in_progress',
      });
      const next = await beginFirst(store, { atMs: NOW_MS + 5 * MINUTE_MS });
      await expect(commit(store, late)).rejects.toMatchObject({ code: 'idempotency.in_progress' });
      await commit(store, next);
      await keepAnswer(store, late, '"of the late one"');
      await keepAnswer(store, next, '"of the next one"');
      expect(await begin(store)).toEqual({ answer: '"of the next one"' });
    });

    it('that was cut short after it was done says so, or is asked of its records where they hold the key', async () => {
      const store = await open();
      await commit(store, await beginFirst(store));
      const later = { atMs: NOW_MS + 5 * MINUTE_MS };
      await expect(begin(store, later)).rejects.toMatchObject({ code: 'idempotency.answer_lost' });
      await expect(begin(store, { ...later, repeatable: true })).resolves.toHaveProperty('turn');
    });

    it('keeps no answer of more than a megabyte, and says that it was carried out', async () => {
      const store = await open();
      const turn = await beginFirst(store);
      await commit(store, turn);
      await keepAnswer(store, turn, 'x'.repeat(1024 * 1024 + 1));
      const later = { atMs: NOW_MS + 5 * MINUTE_MS };
      await expect(begin(store, later)).rejects.toMatchObject({ code: 'idempotency.answer_lost' });
    });
  });

  describe('writes over HTTP', () => {
    const write = (writer: Writer, atMs: number, surface: 'admin' | 'api' = 'admin', caller = 'service:billing') =>
      writer.transaction((tx) => countWrite(tx, caller, surface, atMs));

    it('are thirty a minute under /admin, and the next says when it may come', async () => {
      const store = await open();
      for (let writes = 0; writes < 30; writes++) await write(store, NOW_MS + writes * 1_000);
      const next = write(store, NOW_MS + 30_000);
      await expect(next).rejects.toMatchObject({ code: 'request.too_many', data: { writesMax: 30, waitMs: 30_000 } });
      await expect(write(store, NOW_MS + 59_999)).rejects.toMatchObject({ data: { waitMs: 1 } });
      await write(store, NOW_MS + 60_000);
      await expect(write(store, NOW_MS + 60_000)).rejects.toMatchObject({ data: { waitMs: 1_000 } });
    });

    it('are never more than thirty in any sixty seconds, however they are timed', async () => {
      const store = await open();
      const written: number[] = [];
      for (let atMs = NOW_MS; atMs < NOW_MS + 150_000; atMs += 700) {
        try {
          await write(store, atMs);
          written.push(atMs);
        } catch (error) {
          expect(error).toMatchObject({ code: 'request.too_many' });
        }
      }
      for (const atMs of written) {
        const within = written.filter((other) => other > atMs - MINUTE_MS + 1_000 && other <= atMs);
        expect(within.length).toBeLessThanOrEqual(30);
      }
      expect(written.length).toBeGreaterThanOrEqual(60);
    });

    it('are counted for each caller and surface', async () => {
      const store = await open();
      for (let writes = 0; writes < 30; writes++) await write(store, NOW_MS);
      await write(store, NOW_MS, 'api');
      await write(store, NOW_MS, 'admin', 'service:other');
      await expect(write(store, NOW_MS)).rejects.toMatchObject({ code: 'request.too_many' });
    });

    it('are counted together where they come at once, to several servers', async () => {
      const store = await open();
      const { done, refused } = await atOnce(() => write(store, NOW_MS), 36);
      expect([done.length, refused]).toEqual([30, { 'request.too_many': 6 }]);
    });
  });
});
