import { sql } from 'kysely';
import type { Tx } from '../core/store/tx.ts';

/** The treasury's own accounts, of every asset there is. Assets added later bring theirs along. */
export async function openSystemAccounts(tx: Tx): Promise<void> {
  const number = sql.raw(
    tx.dialect === 'sqlite'
      ? '(select coalesce(max(id), 0) from accounts) + row_number() over (order by s.id, w.place)'
      : "nextval('account_ids')",
  );
  const wanted = sql.raw(`(values ${WANTED.map((row, place) => `(${place}, ${row})`).join(', ')})`);
  await tx.run(sql`
    with w (place, entity, name, pool, may_go_negative) as ${wanted}
    insert into accounts (id, entity, name, pool, asset_id, created_at_ms)
    select ${number}, w.entity, w.name, w.pool, s.id, 0 from assets s cross join w where true
    on conflict (entity, pool, asset_id) do nothing`);
  await tx.run(sql`
    with w (place, entity, name, pool, may_go_negative) as ${wanted}
    insert into account_balances (account_id, balance_minor, may_go_negative)
    select a.id, 0, w.may_go_negative from accounts a join w on w.entity = a.entity and w.pool = a.pool where true
    on conflict (account_id) do nothing`);
}

const WANTED = [
  "'treasury:payout_reserve', 'sys-treasury-payout', '', 1",
  "'treasury', null, 'withdrawal:pending', 0",
  "'treasury', null, 'reserve:held', 0",
  "'treasury:clearing:stellar', null, '', 1",
  "'treasury:clearing:stripe', null, '', 1",
  "'treasury:clearing:nowpayments', null, '', 1",
  "'treasury:clearing:simulated', null, '', 1",
  "'treasury:bank', null, '', 1",
  "'treasury:obligations', null, '', 1",
  "'treasury:fees', null, '', 1",
  "'treasury:fx', null, '', 1",
  "'treasury:rounding', null, '', 1",
  "'treasury:adjustments', null, '', 1",
  "'treasury', null, 'receivable:overpaid', 1",
];
