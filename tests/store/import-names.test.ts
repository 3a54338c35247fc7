/** What the names in a file stand for is asked beside its thread, which reads what strangers wrote and asks nobody. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { addAsset } from '../../core/ledger/assets.ts';
import { assetId } from '../../core/money/assets.ts';
import type { Resolution } from '../../core/rails/address.ts';
import { ImportDesk } from '../../main/imports/import-desk.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openPostgres } from '../../main/store/postgres/store.ts';
import { migrations } from '../../migrations/index.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { type TestTreasury, testTreasury } from '../support/treasury.ts';

const ANA = 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ';
const OWNER = 'stf_olga';
let database: TestDatabase;
let t: TestTreasury;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  const store = await openPostgres({ url: database.url });
  closing.push(() => store.close());
  const beforeChangingRecords = () => Promise.reject(new Error('A new store holds no records yet'));
  await migrate(store, migrations, { nowMs: 0, beforeChangingRecords });
  t = await testTreasury(store);
  const xlm = { assetId: assetId('stellar:sandbox:native'), scale: 7, minimumPayoutMinor: 1n };
  await t.as(t.ada.actor, (work) => addAsset(work, xlm));
});
afterAll(async () => {
  for (const close of closing.splice(0)) await close();
  await database.drop();
});

it('each name once, those that nobody answered for again, and none for an import that is cancelled', async () => {
  const asked: (readonly string[])[] = [];
  const reached = Promise.withResolvers<void>();
  let answers: (names: readonly string[], signal: AbortSignal | undefined) => Promise<Map<string, Resolution>>;
  answers = async (names) =>
    new Map(
      names.map((name) => [
        name,
        name.startsWith('ben') ? { ok: false, why: 'nobody is there' } : { ok: true, address: ANA, memo: null },
      ]),
    );
  const desk = new ImportDesk({
    threadUrl: new URL('../../main/engine/thread.ts', import.meta.url),
    source: () => ({ kind: 'postgres', url: database.url }) as never,
    sandbox: true,
    federation: {
      resolve(names, { signal, step } = {}) {
        asked.push(names);
        step?.(names.length);
        return answers(names, signal);
      },
    },
    clock: t.clock,
    ids: t.treasury.ids,
  });
  closing.push(() => desk.close());
  const row = (n: string, reference: string) => ({
    payee: `N-${n}`,
    payeeName: n,
    rail: 'stellar',
    address: `${n}*example.com`,
    amount: '5',
    asset: 'XLM',
    reference,
  });
  const opened = await desk.openRows(OWNER, [row('ana', 'A'), row('ana', 'B'), row('ben', 'C')]);
  const { importId } = opened;
  const choices = { mapping: opened.mapping, createPayees: true };
  expect(await desk.check(OWNER, importId, choices)).toMatchObject({
    good: 2,
    bad: 1,
    newPayees: 1,
    problems: [{ code: 'address.name_unresolved', rows: 1 }],
  });
  answers = async (names) => new Map(names.map((name) => [name, { ok: true, address: ANA, memo: null }]));
  const now = await desk.correct(OWNER, importId, [{ line: 3, field: 'amount', text: '6' }]);
  expect(now).toMatchObject({ good: 3, newPayees: 2 });
  expect(asked).toEqual([['ana*example.com', 'ben*example.com'], ['ben*example.com']]);
  const order = await desk.commit(OWNER, importId, now.checked, async (given) => given as never);
  expect(order).toMatchObject({ newPayees: [{ address: ANA }, { address: ANA }] });
  expect([...(order as unknown as { names: Map<string, Resolution> }).names.keys()]).toEqual([
    'ana*example.com',
    'ben*example.com',
  ]);

  // A domain that never answers holds nobody up who has left.
  answers = (_names, signal) => {
    reached.resolve();
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(new Map()), { once: true }));
  };
  const next = await desk.openRows(OWNER, [row('cy', 'D')]);
  const waiting = desk.check(OWNER, next.importId, { ...choices, mapping: next.mapping });
  const refused = expect(waiting).rejects.toMatchObject({ code: 'import.cancelled' });
  await reached.promise;
  await desk.cancel(OWNER, next.importId);
  await refused;
});
