import { sql } from 'kysely';
import { accountOfMuxed } from '../core/rails/strkey.ts';
import { jsonRows } from '../core/store/json-rows.ts';
import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { addColumn, createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** The way in which a payout is paid, and what becomes of balances that are left to be claimed. */
export const migration: Migration = {
  number: 20,
  name: 'payment-methods',
  async up(tx) {
    await addColumn(
      tx,
      'payouts',
      `method text not null default 'payment'
         check (method in ('payment', 'create_account', 'claimable_balance', 'contract_call'))`,
    );
    await addColumn(
      tx,
      'payouts',
      `reclaim_after_s bigint
         check ((method = 'claimable_balance') = (reclaim_after_s is not null) and (reclaim_after_s is null or reclaim_after_s > 0))`,
    );
    await tellAccounts(tx);
    await addColumn(
      tx,
      'chain_transactions',
      `purpose text not null default 'pay' check (purpose in ('pay', 'reclaim'))`,
    );
    // By the network's own id. Times are those of its ledgers; asset and amount are what it holds, whatever the
    // payout is edited to later.
    await createTable(
      tx,
      'claimable_balances',
      `id text primary key,
       network text not null,
       payout_id text not null references payouts (id),
       transaction_id text not null references chain_transactions (id),
       position bigint not null check (position between 0 and 99),
       asset_id text not null references assets (id),
       amount_minor bigint not null check (amount_minor > 0),
       ledger bigint not null check (ledger > 0),
       created_at_ms bigint not null,
       reclaimable_from_ms bigint not null,
       state text not null check (state in ('open', 'claimed', 'reclaimed', 'gone')),
       hash text,
       ended_at_ms bigint,
       looked_at_ms bigint not null,
       check (reclaimable_from_ms > created_at_ms),
       check ((state = 'open') = (ended_at_ms is null)),
       check ((state in ('claimed', 'reclaimed')) = (hash is not null)),
       unique (transaction_id, position)`,
    );
    await createTable(
      tx,
      'chain_reclaims',
      `transaction_id text not null references chain_transactions (id),
       position bigint not null check (position between 0 and 99),
       balance_id text not null references claimable_balances (id),
       primary key (transaction_id, position)`,
      { clustered: true },
    );
    await statement(tx, 'create index claimable_balances_by_payout on claimable_balances (payout_id)');
    await statement(
      tx,
      `create index claimable_balances_to_look_at on claimable_balances (looked_at_ms) where state in ('open', 'gone')`,
    );
    await forbidChangeOf(tx, 'claimable_balances', [
      'id',
      'network',
      'payout_id',
      'transaction_id',
      'position',
      'asset_id',
      'amount_minor',
      'ledger',
      'created_at_ms',
      'reclaimable_from_ms',
    ]);
    await forbidChange(tx, 'chain_reclaims');
  },
};

/** Many muxed addresses are one account: what goes to one destination is told by whose it is. */
async function tellAccounts(tx: Tx): Promise<void> {
  await addColumn(tx, 'destinations', "account_key text not null default ''");
  await addColumn(tx, 'destinations', 'written_likeness text');
  await statement(tx, 'update destinations set account_key = address_key');
  const muxed = await tx.rows<{ id: string; address: string }>(
    sql`select id, address from destinations where rail = 'stellar' and address like 'M%'`,
  );
  const accounts = muxed.flatMap(({ id, address }) => {
    const account = accountOfMuxed(address);
    return account === null
      ? []
      : [{ id, account_key: account, likeness: edgesOf(account), written_likeness: edgesOf(address) }];
  });
  if (accounts.length > 0) {
    const known = jsonRows(
      tx.dialect,
      { id: 'text', account_key: 'text', likeness: 'text', written_likeness: 'text' },
      accounts,
    );
    await tx.run(sql`
      update destinations set account_key = x.account_key, likeness = x.likeness, written_likeness = x.written_likeness
      from ${known} as x where x.id = destinations.id`);
  }
  for (const index of [
    'drop index destinations_by_likeness',
    'drop index destinations_by_address',
    `create index destinations_by_likeness on destinations (rail, likeness, account_key, id) where likeness is not null`,
    `create index destinations_by_written_likeness on destinations (rail, written_likeness, account_key, id)
       where written_likeness is not null`,
    'create index destinations_by_account on destinations (rail, account_key)',
  ]) {
    await statement(tx, index);
  }
}

function edgesOf(address: string): string {
  const folded = address.toLowerCase();
  return `${folded.slice(0, 4)}…${folded.slice(-4)}`;
}
