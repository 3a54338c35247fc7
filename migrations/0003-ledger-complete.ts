import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { giveLotsToEarlierBalances, keepLotsAndBalancesEqual } from './0003-lots.ts';
import { openSystemAccounts } from './0003-system-accounts.ts';
import { addColumn, createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** The rest of the ledger: credit lots, holds, quotes, reasons, and every system account from the start. */
export const migration: Migration = {
  number: 3,
  name: 'ledger-complete',
  async up(tx) {
    await addColumn(tx, 'ledger_transactions', 'reference text');
    await addColumn(tx, 'ledger_transactions', 'reason text');
    await addColumn(tx, 'account_balances', 'holds_lots bigint not null default 0 check (holds_lots in (0, 1))');

    // A row can only be committed while the two are equal: it refers to itself, by both of them.
    await createTable(
      tx,
      'credit_accounts',
      `account_id bigint primary key references accounts (id),
       balance_minor bigint not null,
       lots_minor bigint not null check (lots_minor >= 0),
       unique (account_id, lots_minor),
       foreign key (account_id, balance_minor) references credit_accounts (account_id, lots_minor)
         deferrable initially deferred`,
    );
    await createTable(
      tx,
      'credit_lots',
      `id bigint primary key,
       account_id bigint not null references credit_accounts (account_id),
       funder_account_id bigint not null references accounts (id),
       source text not null,
       pool text not null,
       amount_minor bigint not null check (amount_minor > 0),
       remaining_minor bigint not null check (remaining_minor between 0 and amount_minor),
       minted_at_ms bigint not null,
       expires_at_ms bigint check (expires_at_ms > minted_at_ms),
       mint_transaction_id bigint not null references ledger_transactions (id)`,
    );
    await createTable(
      tx,
      'credit_lot_moves',
      `transaction_id bigint not null references ledger_transactions (id),
       lot_id bigint not null references credit_lots (id),
       amount_minor bigint not null check (amount_minor <> 0),
       primary key (transaction_id, lot_id)`,
      { clustered: true },
    );
    if (tx.dialect === 'postgres') await statement(tx, 'create sequence credit_lot_ids');

    await createTable(
      tx,
      'ledger_holds',
      `id text primary key,
       payee_id text not null references payees (id),
       asset_id text not null references assets (id),
       amount_minor bigint not null check (amount_minor > 0),
       status text not null check (status in ('open', 'released', 'cancelled')),
       opened_at_ms bigint not null,
       closed_at_ms bigint,
       check ((status = 'open') = (closed_at_ms is null))`,
    );
    await createTable(
      tx,
      'fx_quotes',
      `id text primary key,
       from_asset_id text not null references assets (id),
       to_asset_id text not null references assets (id),
       rate_numerator bigint not null check (rate_numerator > 0),
       rate_denominator bigint not null check (rate_denominator > 0),
       source text not null,
       quoted_at_ms bigint not null,
       expires_at_ms bigint not null,
       recorded_at_ms bigint not null,
       recorded_by text not null,
       check (from_asset_id <> to_asset_id),
       check (expires_at_ms > quoted_at_ms)`,
    );

    for (const index of [
      'create index credit_lots_open on credit_lots (account_id, expires_at_ms, id) where remaining_minor > 0',
      'create index credit_lots_expiring on credit_lots (expires_at_ms, id) where remaining_minor > 0 and expires_at_ms is not null',
      'create index credit_lots_by_account on credit_lots (account_id, id)',
      'create index credit_lot_moves_by_lot on credit_lot_moves (lot_id)',
      "create index ledger_holds_open on ledger_holds (asset_id) where status = 'open'",
      'create index fx_quotes_by_pair on fx_quotes (from_asset_id, to_asset_id, recorded_at_ms)',
    ]) {
      await statement(tx, index);
    }

    await keepLotsAndBalancesEqual(tx);
    for (const table of ['credit_lot_moves', 'fx_quotes']) await forbidChange(tx, table);
    await forbidChangeOf(tx, 'credit_lots', [
      'id',
      'account_id',
      'funder_account_id',
      'source',
      'pool',
      'amount_minor',
      'minted_at_ms',
      'expires_at_ms',
      'mint_transaction_id',
    ]);
    await forbidChangeOf(tx, 'ledger_holds', ['id', 'payee_id', 'asset_id', 'amount_minor', 'opened_at_ms']);
    await forbidReopening(tx);

    await openSystemAccounts(tx);
    await giveLotsToEarlierBalances(tx);
  },
};

/** A hold closes once, for good. */
async function forbidReopening(tx: Tx): Promise<void> {
  await statement(
    tx,
    tx.dialect === 'sqlite'
      ? `create trigger ledger_holds_closed before update on ledger_holds when old.status <> 'open'
         begin select raise(abort, 'ledger_holds keeps what it ended with'); end`
      : `create trigger ledger_holds_closed before update on ledger_holds
         for each row when (old.status <> 'open') execute function refuse_kept_change()`,
  );
}
