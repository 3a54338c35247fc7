import { type RawBuilder, sql } from 'kysely';

/**
 * A condition on payouts of this name: it was paid, and the log has it so. A payment that is only
 * written into the records is no test that arrived, and makes no payee known.
 */
export function wasPaid(payouts: 'p' | 'q'): RawBuilder<boolean> {
  const id = sql.ref(`${payouts}.id`);
  return sql<boolean>`(${sql.ref(`${payouts}.status`)} = 'completed' and exists (select 1 from audit_entries e
    where e.subject = 'payout:' || ${id} and e.outcome = 'done'
      and e.action in ('payout.complete', 'payout.resolve_completed')))`;
}
