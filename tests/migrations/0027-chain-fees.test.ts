import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 27);
const THEN = migrations.filter(({ number }) => number <= 27);

forEachStore((_name, open) => {
  const stepped = async () => {
    const store = await open({ migrations: BEFORE });
    const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
    const transaction = (id: string, ended: string) => `insert into chain_transactions
      (id, network, source, sequence, hash, mode, state, version, envelope, authority, payments, fee_minor, max_time_s,
        ledger_before, submissions, built_by, built_at_ms, ledger, fee_charged_minor, ended_at_ms, words)
      values ('${id}', 'sandbox', 'G-${id}', 7, 'hash of ${id}', 'signers', ${ended})`;
    const values = (state: string, ledger: string) =>
      `'${state}', 1, 'AAAA', '{}', 1, 100, 1000, 5, 0, 'Ada', 1, ${ledger}`;
    await run(transaction('txn_1', values('confirmed', "9, 100, 3, 'tx_success'")));
    await run(transaction('txn_2', values('expired', "null, null, 3, 'not_found'")));
    await run(`insert into acts (id, kind, subject, terms, terms_sha256, status, created_at_ms)
      values ('act_1', 'policy', 'policy', '{}', 'aa', 'open', 1)`);
    await run("insert into act_signatures values ('act_1', 'stf_ada', '{}', 'bb', 2)");
    for (const [name, value] of [
      ['stellar.PAYOUT_SOURCE_ACCOUNT', 'G1'],
      ['stellar.PAYOUTS_SIGN_WITH_HOT_KEY', 'true'],
      ['stellar.PAYOUT_HOT_SIGNER_SECRET', 'sealed otherwise'],
    ]) {
      await run(`insert into settings values ('${name}', '${value}', 1, 'stf_ada')`);
    }
    await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
    return { store, run };
  };

  it('keeps acts and their signatures, and lets them be of a kind that is new', async () => {
    const { store, run } = await stepped();
    expect(await store.rows(sql`select id, kind, status from acts`)).toEqual([
      { id: 'act_1', kind: 'policy', status: 'open' },
    ]);
    expect(await store.rows(sql`select act_id, signer from act_signatures`)).toEqual([
      { act_id: 'act_1', signer: 'stf_ada' },
    ]);
    const act = (
      id: string,
      status = 'open',
    ) => `insert into acts (id, kind, subject, terms, terms_sha256, status, created_at_ms)
      values ('${id}', 'rail_settings', 'rail_settings:stellar', '{}', 'cc', '${status}', 1)`;
    await run(act('act_2'));
    for (const [refused, why] of [
      [act('act_3'), /unique/i],
      [act('act_3', 'done'), /check/i],
      ["update acts set terms = '[]' where id = 'act_1'", /keeps what it began with/],
      ["delete from acts where id = 'act_1'", /keeps what it began with/],
      ["update act_signatures set signature = 'dd'", /append only/],
      ["insert into act_signatures values ('act_9', 'stf_ada', '{}', 'bb', 2)", /foreign key/i],
    ] as const) {
      await expect(run(refused), refused).rejects.toThrow(why);
    }
    await run("update acts set status = 'done', done_at_ms = 5 where id = 'act_1'");
  });

  it('says who paid for what is in a ledger, and takes a key away that was sealed in another way', async () => {
    const { store, run } = await stepped();
    expect(await store.rows(sql`select id, fee_source from chain_transactions order by id`)).toEqual([
      { id: 'txn_1', fee_source: 'G-txn_1' },
      { id: 'txn_2', fee_source: null },
    ]);
    expect(await store.rows(sql`select name from settings where value <> ''`)).toEqual([
      { name: 'stellar.PAYOUT_SOURCE_ACCOUNT' },
    ]);
    await run("insert into rail_secrets values ('c1', 'stellar', 'A', 'G1', 'sealed', 'stf_ada', 1, null, null)");
    for (const [refused, why] of [
      ["insert into rail_secrets values ('c1', 'stripe', 'B', '…', 'sealed', 'stf_ada', 1, null, null)", /unique/i],
      ["insert into rail_secrets values ('c2', 'stellar', 'A', 'G1', null, 'stf_ada', 1, null, null)", /check/i],
      ["update rail_secrets set shown = 'G2'", /keeps what it began with/],
      ['delete from rail_secrets', /keeps what it began with/],
    ] as const) {
      await expect(run(refused), refused).rejects.toThrow(why);
    }
    await run('update rail_secrets set sealed = null, ended_at_ms = 9');
  });
});
