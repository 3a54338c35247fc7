import { sql } from 'kysely';
import type { Tx } from '../core/store/tx.ts';
import { statement } from './ddl.ts';

/**
 * An account of credits is worth what its lots are worth. The two are written by different
 * statements, so triggers keep both sums in `credit_accounts`, whose deferred reference to itself
 * lets no transaction commit in which they differ:
 *
 *   entries → account_balances → credit_accounts.balance_minor
 *   lot moves → credit_lots.remaining_minor → credit_accounts.lots_minor
 */
export async function keepLotsAndBalancesEqual(tx: Tx): Promise<void> {
  for (const trigger of tx.dialect === 'sqlite' ? SQLITE : POSTGRES) await statement(tx, trigger);
}

const SQLITE = [
  `create trigger credit_accounts_open after insert on account_balances when new.holds_lots = 1
   begin
     insert into credit_accounts (account_id, balance_minor, lots_minor) values (new.account_id, new.balance_minor, 0);
   end`,
  `create trigger credit_accounts_balance after update of balance_minor on account_balances when new.holds_lots = 1
   begin
     update credit_accounts set balance_minor = new.balance_minor where account_id = new.account_id;
   end`,
  `create trigger credit_lots_move after insert on credit_lot_moves
   begin
     update credit_lots set remaining_minor = remaining_minor + new.amount_minor where id = new.lot_id;
   end`,
  `create trigger credit_lots_begin after insert on credit_lots when new.remaining_minor <> 0
   begin
     select raise(abort, 'a lot is filled by its first move');
   end`,
  `create trigger credit_accounts_lots after update of remaining_minor on credit_lots
   begin
     update credit_accounts set lots_minor = lots_minor + new.remaining_minor - old.remaining_minor
     where account_id = new.account_id;
   end`,
];

const POSTGRES = [
  `create function open_credit_account() returns trigger language plpgsql as $$ begin
     insert into credit_accounts (account_id, balance_minor, lots_minor) values (new.account_id, new.balance_minor, 0);
     return null;
   end $$`,
  `create trigger credit_accounts_open after insert on account_balances
   for each row when (new.holds_lots = 1) execute function open_credit_account()`,
  `create function keep_credit_balance() returns trigger language plpgsql as $$ begin
     update credit_accounts set balance_minor = new.balance_minor where account_id = new.account_id;
     return null;
   end $$`,
  `create trigger credit_accounts_balance after update of balance_minor on account_balances
   for each row when (new.holds_lots = 1) execute function keep_credit_balance()`,
  `create function move_credit_lots() returns trigger language plpgsql as $$ begin
     update credit_lots l set remaining_minor = l.remaining_minor + m.amount_minor
     from (select lot_id, sum(amount_minor)::bigint as amount_minor from moves group by lot_id) m where l.id = m.lot_id;
     return null;
   end $$`,
  `create trigger credit_lots_move after insert on credit_lot_moves
   referencing new table as moves for each statement execute function move_credit_lots()`,
  `create function refuse_filled_lot() returns trigger language plpgsql as $$ begin
     raise exception 'a lot is filled by its first move' using errcode = 'integrity_constraint_violation';
   end $$`,
  `create trigger credit_lots_begin after insert on credit_lots
   for each row when (new.remaining_minor <> 0) execute function refuse_filled_lot()`,
  `create function keep_credit_lots() returns trigger language plpgsql as $$ begin
     update credit_accounts set lots_minor = lots_minor + new.remaining_minor - old.remaining_minor
     where account_id = new.account_id;
     return null;
   end $$`,
  `create trigger credit_accounts_lots after update of remaining_minor on credit_lots
   for each row execute function keep_credit_lots()`,
];

/** Credits that payees were owed before there were lots become one lot each, which does not expire. */
export async function giveLotsToEarlierBalances(tx: Tx): Promise<void> {
  await tx.run(sql`
    update account_balances set holds_lots = 1 where account_id in
      (select id from accounts where asset_id = 'credit:micro' and entity like 'payee:%')`);
  await tx.run(sql`
    insert into credit_accounts (account_id, balance_minor, lots_minor)
    select account_id, balance_minor, 0 from account_balances where holds_lots = 1`);
  const number = sql.raw(
    tx.dialect === 'sqlite' ? 'row_number() over (order by b.account_id)' : "nextval('credit_lot_ids')",
  );
  await tx.run(sql`
    insert into credit_lots (id, account_id, funder_account_id, source, pool, amount_minor, remaining_minor,
      minted_at_ms, expires_at_ms, mint_transaction_id)
    select ${number}, b.account_id, o.id, 'balance', '', b.balance_minor, 0, t.recorded_at_ms, null, t.id
    from account_balances b
    join accounts o on o.entity = 'treasury:obligations' and o.pool = '' and o.asset_id = 'credit:micro'
    join ledger_transactions t on t.id =
      (select max(p.transaction_id) from ledger_postings p where p.account_id = b.account_id)
    where b.holds_lots = 1 and b.balance_minor > 0`);
  await tx.run(sql`
    insert into credit_lot_moves (transaction_id, lot_id, amount_minor)
    select mint_transaction_id, id, amount_minor from credit_lots`);
}
