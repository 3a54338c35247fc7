import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 23);
const THEN = migrations.filter(({ number }) => number <= 23);

forEachStore((_name, open) => {
  it('the step to the health of providers keeps every record, knows whose payment it told of and how far each was read', async () => {
    const store = await open({ migrations: BEFORE });
    const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
    const insert = (table: string, row: Readonly<Record<string, string | number>>) =>
      run(
        `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row)
          .map((value) => (typeof value === 'number' ? value : `'${value}'`))
          .join(', ')})`,
      );
    await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
      values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
    await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
      values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
    await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
      values ('dst_1', 'pye_1', 'stripe', 'acct_1', 'acct_1', 'confirmed', 10, 'stf_ada')`);
    await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor, funding,
        status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms, settled_at_ms)
      values ('pay_1', 'R-1', 'pye_1', 'dst_1', '{}', 'stripe', 'iso:USD', 700, 'direct',
        'completed', 1, 1, 4, 0, 'stf_ada', 'k', 'h', 10, 20, 30)`);
    await run(`insert into payout_attempts (id, payout_id, number, rail, key, status, provider_reference, created_at_ms, ended_at_ms)
      values ('att_1', 'pay_1', 1, 'stripe', 'pay_1-1', 'completed', 'tr_1', 15, 20)`);
    const event = (event_id: string, row: Readonly<Record<string, string | number>>) =>
      insert('provider_events', { provider: 'stripe', event_id, received_at_ms: 40, raw: '{}', ...row });
    await event('evt_1', {
      reference: 'tr_1',
      record: '{"atMs":1700000000000}',
      handled_at_ms: 41,
      outcome: 'settled',
    });
    await event('evt_2', {
      reference: 'tr_9',
      key: 'other',
      record: '{"atMs":5}',
      handled_at_ms: 41,
      outcome: 'unmatched',
    });
    await event('evt_3', {});
    await insert('sync_cursors', { provider: 'stripe', cursor: 'c', updated_at_ms: 42 });

    await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
    expect(
      await store.rows(sql`select event_id, payout_id, at_ms, tries, error from provider_events order by event_id`),
    ).toEqual([
      { event_id: 'evt_1', payout_id: 'pay_1', at_ms: 1_700_000_000_000n, tries: 0n, error: null },
      { event_id: 'evt_2', payout_id: null, at_ms: 5n, tries: 0n, error: null },
      { event_id: 'evt_3', payout_id: null, at_ms: null, tries: 0n, error: null },
    ]);
    expect(await store.rows(sql`select rail, last_ok_at_ms, newest_at_ms, failures from provider_health`)).toEqual([
      { rail: 'stripe', last_ok_at_ms: 42n, newest_at_ms: 1_700_000_000_000n, failures: 0n },
    ]);
    expect(await store.rows(sql`select settled_at_ms from payout_attempts`)).toEqual([{ settled_at_ms: 30n }]);
    await expect(run("update provider_events set raw = 'x' where event_id = 'evt_3'")).rejects.toThrow(
      'keeps what it began with',
    );
    await run("update provider_events set outcome = 'noted', handled_at_ms = 50 where event_id = 'evt_3'");
    await expect(run("insert into provider_health (rail, failures) values ('nowpayments', 2)")).rejects.toThrow(
      /check/i,
    );
  });
});
