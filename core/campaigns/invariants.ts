/** What is always true of campaigns and charges; part of what is always true of the books. */
import { sql } from 'kysely';
import type { Check } from '../ledger/invariants.ts';

const whole = (value: string) => sql.raw(`cast(${value} as bigint)`);

export const CAMPAIGN_CHECKS: readonly Check[] = [
  {
    query: sql`
      select id as what, spent_minor as "is", budget_minor as expected from campaigns where spent_minor > budget_minor`,
    sentence: ({ what, is, expected }) => `Campaign ${what} has spent ${is} of a budget of ${expected}.`,
  },
  {
    query: sql`
      select c.id as what, c.spent_minor as "is", ${whole('coalesce(a.spent, 0)')} as expected from campaigns c
      left join (select campaign_id, sum(spent_minor) as spent from campaign_accounts group by campaign_id) a
        on a.campaign_id = c.id
      where c.spent_minor <> coalesce(a.spent, 0)`,
    sentence: ({ what, is, expected }) => `Campaign ${what} has spent ${is}, but its accounts had ${expected}.`,
  },
  {
    query: sql`
      select c.id as what, c.spent_minor as "is", ${whole('coalesce(p.given, 0)')} as expected from campaigns c
      left join (select a.entity, -sum(p.amount_minor) as given from accounts a
        join ledger_postings p on p.account_id = a.id join ledger_transactions t on t.id = p.transaction_id
        where a.entity like 'campaign:%' and t.kind in ('mint', 'spend') group by a.entity) p on p.entity = 'campaign:' || c.id
      where c.spent_minor <> coalesce(p.given, 0)`,
    sentence: ({ what, is, expected }) => `Campaign ${what} has spent ${is}, but the ledger says ${expected}.`,
  },
  {
    query: sql`
      select a.campaign_id || ' ' || a.payee_id as what, a.spent_minor as "is",
        ${whole('coalesce(g.amount_minor, 0) + coalesce(d.funded, 0)')} as expected
      from campaign_accounts a
      left join campaign_grants g on g.campaign_id = a.campaign_id and g.payee_id = a.payee_id
      left join (select d.campaign_id, c.payee_id, sum(d.amount_minor) as funded from charge_discounts d
        join charges c on c.id = d.charge_id where d.campaign_id is not null group by d.campaign_id, c.payee_id) d
        on d.campaign_id = a.campaign_id and d.payee_id = a.payee_id
      where a.spent_minor > a.cap_minor or a.spent_minor <> coalesce(g.amount_minor, 0) + coalesce(d.funded, 0)`,
    sentence: ({ what, is, expected }) =>
      `Account ${what} had ${is} of its campaign, but its grant and discounts are ${expected}.`,
  },
  {
    query: sql`
      select g.campaign_id || ' ' || g.payee_id as what, g.amount_minor as "is", l.amount_minor as expected
      from campaign_grants g join credit_lots l on l.id = g.lot_id
      where l.amount_minor <> g.amount_minor or l.source <> 'campaign:' || g.campaign_id`,
    sentence: ({ what, is, expected }) =>
      `The grant ${what} of ${is} has a lot of ${expected}, or of another campaign.`,
  },
  {
    query: sql`
      select c.id as what, c.discount_minor as "is", ${whole('coalesce(d.given, 0)')} as expected from charges c
      left join (select charge_id, sum(amount_minor) as given from charge_discounts group by charge_id) d on d.charge_id = c.id
      where c.discount_minor <> coalesce(d.given, 0)`,
    sentence: ({ what, is, expected }) => `Charge ${what} was discounted by ${is}, but its rules gave ${expected}.`,
  },
];
