/** Batch grants by the whole way of a command, beside bare prepared inserts of the rows that they leave. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { createCampaign } from '../../core/campaigns/create.ts';
import { grantBatch } from '../../core/campaigns/grants.ts';
import { changeCampaign } from '../../core/campaigns/lifecycle.ts';
import { GRANT_BATCH_MAX } from '../../core/contract/campaigns.ts';
import { timeOrderedIds } from '../../core/ids/ids.ts';
import { type Actor, perform, type Treasury, type Work } from '../../core/store/command.ts';
import { insertRows } from '../../core/store/insert-rows.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { testSecrets } from '../support/secrets.ts';
import { type Benchmark, secondsOf } from './benchmark.ts';

const ACCOUNTS = 5_000;
const GRANT_MINOR = 5_000_000n;
const actor: Actor = { kind: 'job', id: 'job:bench', name: 'bench', roles: [] };
const origin = { host: 'bench', ip: null, userAgent: null, correlationId: 'bench' };
const payeeId = (index: number) => `pye_${String(index).padStart(25, '0')}`;

export const campaignGrant: Benchmark = {
  name: 'campaign.grant',
  work: 'batch grants of 1,000 accounts, everything on',
  peerName: 'bare prepared inserts of the same rows',
  unit: 'grants/s',
  goal: { ratio: 0.5, better: 'more' },
  async run({ quick, folder }) {
    const batches = quick ? 10 : 100;
    const whole = await wholeGrants(folder);
    const bare = bareGrants(folder);
    // The two take turns, so that a slow moment of the machine meets both.
    let ours = 0;
    let peer = 0;
    for (let batch = 0; batch < batches; batch++) {
      await whole.prepare(batch);
      peer += await secondsOf(() => bare.grant(batch));
      ours += await secondsOf(() => whole.grant(batch));
    }
    await whole.close();
    bare.close();
    return { ours: (batches * GRANT_BATCH_MAX) / ours, peer: (batches * GRANT_BATCH_MAX) / peer };
  },
};

/** Which accounts a batch is for: each campaign goes once through all of them. */
const accountsOf = (batch: number) => {
  const from = (batch * GRANT_BATCH_MAX) % ACCOUNTS;
  return Array.from({ length: GRANT_BATCH_MAX }, (_, offset) => payeeId(from + offset));
};
const campaignOf = (batch: number) => Math.floor((batch * GRANT_BATCH_MAX) / ACCOUNTS);

async function wholeGrants(folder: string) {
  const database = openDatabase({ file: join(folder, 'whole.vault'), dataKey: randomBytes(32), mode: 'create' });
  const store = sqliteWriteStore(database);
  const clock = { nowMs: () => Date.now() };
  await migrate(store, migrations, { nowMs: clock.nowMs(), beforeChangingRecords: async () => undefined });
  const treasury: Treasury = { writer: store, clock, ids: timeOrderedIds(clock, randomBytes), secrets: testSecrets() };
  const as = <T>(useCase: (work: Work) => Promise<T>) =>
    perform(treasury, { action: 'campaign.grant', actor, origin }, useCase);
  await store.transaction((tx) =>
    insertRows(
      tx,
      'payees',
      PAYEE_COLUMNS,
      Array.from({ length: ACCOUNTS }, (_, index) => ({
        id: payeeId(index),
        reference: payeeId(index),
        name: `Member ${index}`,
        email: null,
        email_from_ms: null,
        status: 'active',
        created_at_ms: 0n,
        created_by: actor.id,
        closed_reason: null,
        version: 1n,
      })),
    ),
  );
  const campaigns: string[] = [];
  return {
    /** The campaign of the batch, before the clock runs. */
    async prepare(batch: number) {
      const which = campaignOf(batch);
      if (campaigns.length > which) return;
      const id = await as(async (work) => {
        const created = await createCampaign(work, {
          name: `Campaign ${which}`,
          type: 'promotional',
          formula: { kind: 'fixed_amount', amountMinor: GRANT_MINOR.toString() },
          budgetMinor: GRANT_MINOR * BigInt(ACCOUNTS),
        });
        await changeCampaign(work, created.id, 'activate');
        return created.id;
      });
      campaigns.push(id);
    },
    async grant(batch: number) {
      const campaignId = campaigns[campaignOf(batch)] ?? '';
      await as((work) =>
        grantBatch(work, { campaignId, grants: accountsOf(batch).map((accountId) => ({ accountId })) }),
      );
    },
    close: () => store.close(),
  };
}

const PAYEE_COLUMNS = {
  id: 'text',
  reference: 'text',
  name: 'text',
  email: 'text',
  email_from_ms: 'bigint',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
  closed_reason: 'text',
  version: 'bigint',
} as const;

/** The rows of a grant by prepared inserts, one after another: same cipher, same durability, nothing else. */
function bareGrants(folder: string) {
  const database: Database = openDatabase({
    file: join(folder, 'bare.vault'),
    dataKey: randomBytes(32),
    mode: 'create',
  });
  database.exec(`
    create table accounts (id integer primary key, entity text not null, name text, pool text not null,
      asset_id text not null, created_at_ms integer not null, unique (entity, pool, asset_id)) strict;
    create table account_balances (account_id integer primary key, balance_minor integer not null,
      may_go_negative integer not null, holds_lots integer not null) strict;
    create table credit_accounts (account_id integer primary key, balance_minor integer not null,
      lots_minor integer not null, unique (account_id, lots_minor)) strict;
    create table ledger_transactions (id integer primary key, key text not null unique, payload_hash text not null,
      kind text not null, effective_at_ms integer not null, recorded_at_ms integer not null, actor text not null,
      payout_id text, cycle integer, reverses_id integer, reference text, reason text) strict;
    create table ledger_postings (transaction_id integer not null, leg integer not null, account_id integer not null,
      amount_minor integer not null, primary key (transaction_id, leg)) strict, without rowid;
    create index ledger_postings_by_account on ledger_postings (account_id, transaction_id);
    create table credit_lots (id integer primary key, account_id integer not null, funder_account_id integer not null,
      source text not null, pool text not null, amount_minor integer not null, remaining_minor integer not null,
      minted_at_ms integer not null, expires_at_ms integer, mint_transaction_id integer not null) strict;
    create index credit_lots_open on credit_lots (account_id, expires_at_ms, id) where remaining_minor > 0;
    create index credit_lots_by_account on credit_lots (account_id, id);
    create table credit_lot_moves (transaction_id integer not null, lot_id integer not null, amount_minor integer not null,
      primary key (transaction_id, lot_id)) strict, without rowid;
    create index credit_lot_moves_by_lot on credit_lot_moves (lot_id);
    create table campaign_accounts (campaign_id text not null, payee_id text not null, cap_minor integer not null,
      spent_minor integer not null, primary key (campaign_id, payee_id)) strict, without rowid;
    create index campaign_accounts_by_payee on campaign_accounts (payee_id);
    create table campaign_grants (campaign_id text not null, payee_id text not null, amount_minor integer not null,
      basis_minor integer, lot_id integer not null unique, granted_at_ms integer not null,
      primary key (campaign_id, payee_id)) strict, without rowid;`);
  const holder = database.prepare("insert into accounts values (?, ?, null, '', 'credit:micro', ?)");
  const balance = database.prepare('insert into account_balances values (?, ?, 0, 1)');
  const credits = database.prepare('insert into credit_accounts values (?, ?, ?)');
  const transaction = database.prepare(
    "insert into ledger_transactions values (?, ?, ?, 'mint', ?, ?, ?, null, null, null, ?, null)",
  );
  const posting = database.prepare('insert into ledger_postings values (?, ?, ?, ?)');
  const lot = database.prepare("insert into credit_lots values (?, ?, ?, ?, '', ?, ?, ?, null, ?)");
  const move = database.prepare('insert into credit_lot_moves values (?, ?, ?)');
  const account = database.prepare('insert into campaign_accounts values (?, ?, ?, ?)');
  const grant = database.prepare('insert into campaign_grants values (?, ?, ?, null, ?, ?)');
  const hash = '0'.repeat(64);
  return {
    grant(batch: number) {
      database.transaction(() => {
        const now = BigInt(Date.now());
        const campaign = `cmp_${String(campaignOf(batch)).padStart(25, '0')}`;
        const funder = BigInt(campaignOf(batch) + 1);
        for (const [offset, payee] of accountsOf(batch).entries()) {
          const id = BigInt(batch * GRANT_BATCH_MAX + offset + 1);
          const member = 1_000_000n + ((id - 1n) % BigInt(ACCOUNTS));
          // Who is granted for the first time is given an account, as on the other side.
          if (id <= BigInt(ACCOUNTS)) {
            holder.run(member, `payee:${payee}`, now);
            balance.run(member, GRANT_MINOR);
            credits.run(member, GRANT_MINOR, GRANT_MINOR);
          }
          transaction.run(id, `mint:campaign:${campaign}:${payee}`, hash, now, now, actor.id, `campaign:${campaign}`);
          posting.run(id, 0n, funder, -GRANT_MINOR);
          posting.run(id, 1n, member, GRANT_MINOR);
          lot.run(id, member, funder, `campaign:${campaign}`, GRANT_MINOR, GRANT_MINOR, now, id);
          move.run(id, id, GRANT_MINOR);
          account.run(campaign, payee, GRANT_MINOR, GRANT_MINOR);
          grant.run(campaign, payee, GRANT_MINOR, id, now);
        }
      })();
    },
    close: () => database.close(),
  };
}
