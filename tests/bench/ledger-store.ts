/** The two sides of the ledger's benchmarks: the whole way of a command, and bare prepared inserts. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { type PayeeId, timeOrderedIds } from '../../core/ids/ids.ts';
import { type Account, obligationsAccount, openAccounts, payeeAccount } from '../../core/ledger/accounts.ts';
import { type LedgerDraft, postMany } from '../../core/ledger/posting.ts';
import { type Actor, perform, type Treasury } from '../../core/store/command.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { testSecrets } from '../support/secrets.ts';
import { USD } from '../support/treasury.ts';

const ACCOUNTS = 1_000;
const actor: Actor = { kind: 'job', id: 'job:bench', name: 'bench', roles: [] };
const origin = { host: 'bench', ip: null, userAgent: null, correlationId: 'bench' };

export interface LedgerSide {
  /** Posts transfers `from` to `from + count`, all in one commit. */
  post(from: number, count: number): Promise<void> | void;
  close(): Promise<void> | void;
}

/** Which accounts a transfer moves between, the same on both sides. */
const accountsOf = (index: number): [number, number] => [0, 1 + (index % (ACCOUNTS - 1))];
const amountOf = (index: number) => BigInt(100 + (index % 9_900));

/** Everything on: encryption, constraints, idempotency, balances, audit chain, outbox. */
export async function wholeLedger(folder: string): Promise<LedgerSide> {
  const database = openDatabase({ file: join(folder, 'whole.vault'), dataKey: randomBytes(32), mode: 'create' });
  const store = sqliteWriteStore(database);
  const clock = { nowMs: () => Date.now() };
  await migrate(store, migrations, { nowMs: clock.nowMs(), beforeChangingRecords: async () => undefined });
  const treasury: Treasury = { writer: store, clock, ids: timeOrderedIds(clock, randomBytes), secrets: testSecrets() };
  const accounts = await store.transaction((tx) =>
    openAccounts(tx, clock.nowMs(), [
      obligationsAccount(USD),
      ...Array.from({ length: ACCOUNTS - 1 }, (_, index) => payeeAccount(`pye_${index}` as PayeeId, USD)),
    ]),
  );
  const draft = (index: number): LedgerDraft => {
    const [from, to] = accountsOf(index);
    const amountMinor = amountOf(index);
    return {
      key: `obligation:bench-${index}`,
      kind: 'obligation',
      postings: [
        { account: accounts[from] as Account, amountMinor: -amountMinor },
        { account: accounts[to] as Account, amountMinor },
      ],
    };
  };
  return {
    post: (from, count) =>
      perform(treasury, { action: 'ledger.post', actor, origin }, async (work) => {
        const drafts = Array.from({ length: count }, (_, offset) => draft(from + offset));
        await postMany(work.tx, actor.id, work.nowMs, drafts);
        const keys = createHash('sha256');
        for (const { key } of drafts) keys.update(key);
        work.audit({ action: 'ledger.post', subject: 'ledger', details: { count, keys: keys.digest('hex') } });
        work.emit({ name: 'ledger.posted', subject: 'ledger', payload: { count } });
      }),
    close: () => store.close(),
  };
}

/** The same ledger rows by prepared inserts, one after another: same cipher, same durability, nothing else. */
export function bareLedger(folder: string): LedgerSide {
  const database: Database = openDatabase({
    file: join(folder, 'bare.vault'),
    dataKey: randomBytes(32),
    mode: 'create',
  });
  database.exec(`
    create table ledger_transactions (id integer primary key, key text not null unique, payload_hash text not null,
      kind text not null, effective_at_ms integer not null, recorded_at_ms integer not null, actor text not null,
      payout_id text, cycle integer, reverses_id integer) strict;
    create table ledger_postings (transaction_id integer not null, leg integer not null, account_id integer not null,
      amount_minor integer not null, primary key (transaction_id, leg)) strict, without rowid;
    create index ledger_postings_by_account on ledger_postings (account_id, transaction_id);`);
  const transaction = database.prepare(
    'insert into ledger_transactions values (?, ?, ?, ?, ?, ?, ?, null, null, null)',
  );
  const posting = database.prepare('insert into ledger_postings values (?, ?, ?, ?)');
  const hash = '0'.repeat(64);
  return {
    post(from, count) {
      database.transaction(() => {
        const now = BigInt(Date.now());
        for (let index = from; index < from + count; index++) {
          const id = BigInt(index + 1);
          const [debit, credit] = accountsOf(index);
          const amount = amountOf(index);
          transaction.run(id, `obligation:bench-${index}`, hash, 'obligation', now, now, actor.id);
          posting.run(id, 0n, BigInt(debit), -amount);
          posting.run(id, 1n, BigInt(credit), amount);
        }
      })();
    },
    close: () => {
      database.close();
    },
  };
}
