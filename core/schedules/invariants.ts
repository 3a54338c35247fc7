/** What is always true of schedules and escrow holds, whatever crashed. */
import { sql } from 'kysely';
import type { Check } from '../ledger/invariants.ts';

const whole = (value: string) => sql.raw(`cast(${value} as bigint)`);

export const SCHEDULE_CHECKS: readonly Check[] = [
  {
    query: sql`
      select s.id as what, p.amount_minor as "is", s.amount_minor as expected
      from payout_schedules s join payouts p on p.id = s.payout_id
      where p.idempotency_key <> 'schedule:' || s.id or p.requested_by <> s.written_by`,
    sentence: ({ what }) => `Schedule ${what} names a payout that it did not make.`,
  },
  {
    query: sql`
      select s.id as what, p.amount_minor as "is", ${whole('0')} as expected
      from payout_schedules s join payouts p on p.idempotency_key = 'schedule:' || s.id
      where s.status <> 'processed'`,
    sentence: ({ what, is }) => `Schedule ${what} has a payout of ${is} and does not say so.`,
  },
  {
    query: sql`
      select h.id as what, l.amount_minor as "is", h.amount_minor as expected
      from escrow_holds h join ledger_holds l on l.id = h.id
      where l.status <> case h.status when 'active' then 'open' else h.status end
        or l.amount_minor <> h.amount_minor or l.payee_id <> h.payee_id or l.asset_id <> h.asset_id`,
    sentence: ({ what, is, expected }) => `Escrow hold ${what} over ${expected} is not what the books hold: ${is}.`,
  },
];
