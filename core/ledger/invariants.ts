/**
 * What is always true of the books, checked over all of them in a few statements. Used after
 * simulations and crashes, by the demonstration, and whenever a vault is verified.
 */
import { type RawBuilder, sql } from 'kysely';
import { CAMPAIGN_CHECKS } from '../campaigns/invariants.ts';
import { SCHEDULE_CHECKS } from '../schedules/invariants.ts';
import type { Reader } from '../store/tx.ts';
import { balanceDrift, trialBalance } from './balances.ts';

/** So many of a kind are spelled out; the rest are counted. */
const SHOWN_MAX = 20;

/** Sentences about what is broken; none when all holds. */
export async function brokenInvariants(reader: Reader): Promise<string[]> {
  const broken: string[] = [];
  for (const { assetId, sumMinor } of (await trialBalance(reader)).totals) {
    if (sumMinor !== 0n) broken.push(`The postings in ${assetId} sum to ${sumMinor}, not zero.`);
  }
  const drift = await balanceDrift(reader);
  broken.push(
    ...shown(
      drift.map(
        ({ accountId, keptMinor, entriesMinor }) =>
          `Account ${accountId} keeps ${keptMinor}, but its entries say ${entriesMinor}.`,
      ),
    ),
  );
  for (const { query, sentence } of [...CHECKS, ...CAMPAIGN_CHECKS, ...SCHEDULE_CHECKS]) {
    const rows = await reader.rows<Finding>(query);
    broken.push(...shown(rows.map(sentence)));
  }
  return broken;
}

function shown(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= SHOWN_MAX) return sentences;
  return [...sentences.slice(0, SHOWN_MAX), `… and ${sentences.length - SHOWN_MAX} more like the last.`];
}

interface Finding {
  readonly what: string;
  readonly is: bigint;
  readonly expected: bigint;
}

export interface Check {
  readonly query: RawBuilder<Finding>;
  readonly sentence: (finding: Finding) => string;
}

const OF_A_HELD_PAYOUT = sql.raw(
  `(p.status in ('approved', 'processing') or p.status_before in ('approved', 'processing'))`,
);

/** Sums and counts are bigints on both databases; ids are spelled as text. */
const whole = (value: string) => sql.raw(`cast(${value} as bigint)`);

const CHECKS: readonly Check[] = [
  {
    query: sql`
      select cast(p.transaction_id as text) as what, ${whole('sum(p.amount_minor)')} as "is", ${whole('count(*)')} as expected
      from ledger_postings p join accounts a on a.id = p.account_id
      group by p.transaction_id, a.asset_id having sum(p.amount_minor) <> 0 or count(*) < 2`,
    sentence: ({ what, is }) => `Transaction ${what} does not balance: its postings in one asset sum to ${is}.`,
  },
  {
    query: sql`
      select cast(t.id as text) as what, ${whole('0')} as "is", ${whole('2')} as expected from ledger_transactions t
      where not exists (select 1 from ledger_postings p where p.transaction_id = t.id)`,
    sentence: ({ what }) => `Transaction ${what} has no postings.`,
  },
  {
    query: sql`
      select cast(account_id as text) as what, balance_minor as "is", ${whole('0')} as expected
      from account_balances where may_go_negative = 0 and balance_minor < 0`,
    sentence: ({ what, is }) => `Account ${what} stands at ${is} and may not go below zero.`,
  },
  {
    query: sql`
      select cast(a.id as text) as what, ${whole('0')} as "is", ${whole('1')} as expected from accounts a
      where not exists (select 1 from account_balances b where b.account_id = a.id)`,
    sentence: ({ what }) => `Account ${what} has no balance.`,
  },
  {
    query: sql`
      select cast(b.account_id as text) as what, ${whole('coalesce(l.remaining, 0)')} as "is", b.balance_minor as expected
      from account_balances b
      left join (select account_id, sum(remaining_minor) as remaining from credit_lots group by account_id) l
        on l.account_id = b.account_id
      where b.holds_lots = 1 and b.balance_minor <> coalesce(l.remaining, 0)`,
    sentence: ({ what, is, expected }) => `The lots of account ${what} hold ${is}, but its balance is ${expected}.`,
  },
  {
    query: sql`
      select cast(l.id as text) as what, l.remaining_minor as "is", ${whole('coalesce(m.moved, 0)')} as expected
      from credit_lots l
      left join (select lot_id, sum(amount_minor) as moved from credit_lot_moves group by lot_id) m on m.lot_id = l.id
      where l.remaining_minor <> coalesce(m.moved, 0) or l.remaining_minor < 0 or l.remaining_minor > l.amount_minor`,
    sentence: ({ what, is, expected }) => `Lot ${what} has ${is} left, but its moves leave ${expected}.`,
  },
  {
    query: sql`
      select s.id as what, ${whole('coalesce(h.held, 0)')} as "is", ${whole('coalesce(o.held, 0)')} as expected from assets s
      left join (select a.asset_id, sum(b.balance_minor) as held from accounts a join account_balances b on b.account_id = a.id
        where a.entity = 'treasury' and a.pool = 'withdrawal:pending' group by a.asset_id) h on h.asset_id = s.id
      left join (select p.asset_id, sum(p.amount_minor) as held from payouts p where ${OF_A_HELD_PAYOUT} group by p.asset_id) o
        on o.asset_id = s.id
      where coalesce(h.held, 0) <> coalesce(o.held, 0)`,
    sentence: ({ what, is, expected }) =>
      `In ${what}, ${is} is held in escrow, but payouts in an open cycle come to ${expected}.`,
  },
  {
    query: sql`
      select s.id as what, ${whole('coalesce(r.held, 0)')} as "is", ${whole('coalesce(o.held, 0)')} as expected from assets s
      left join (select a.asset_id, sum(b.balance_minor) as held from accounts a join account_balances b on b.account_id = a.id
        where a.entity = 'treasury' and a.pool = 'reserve:held' group by a.asset_id) r on r.asset_id = s.id
      left join (select asset_id, sum(amount_minor) as held from ledger_holds where status = 'open' group by asset_id) o
        on o.asset_id = s.id
      where coalesce(r.held, 0) <> coalesce(o.held, 0)`,
    sentence: ({ what, is, expected }) => `In ${what}, ${is} is in reserve, but open holds come to ${expected}.`,
  },
  {
    query: sql`
      select payout_id || ' ' || kind || ' of cycle ' || cast(cycle as text) as what, ${whole('count(*)')} as "is", ${whole('1')} as expected
      from ledger_transactions where kind in ('escrow', 'escrow_release', 'settlement') and payout_id is not null
        and key not like 'settlement:reversal-in:%'
      group by payout_id, kind, cycle having count(*) > 1`,
    sentence: ({ what, is }) => `Payout ${what} is in the books ${is} times.`,
  },
  {
    query: sql`
      select p.id as what, ${whole('coalesce(c.open, 0)')} as "is",
        ${whole(`case when p.status in ('approved', 'processing') or p.status_before in ('approved', 'processing') then 1 else 0 end`)} as expected
      from payouts p
      left join (select payout_id, sum(case when kind = 'escrow' then 1 else -1 end) as open from ledger_transactions
        where kind in ('escrow', 'escrow_release') and payout_id is not null group by payout_id) c on c.payout_id = p.id
      where coalesce(c.open, 0) <> case when ${OF_A_HELD_PAYOUT} then 1 else 0 end`,
    sentence: ({ what, is, expected }) => `Payout ${what} has ${is} open cycles where its state has ${expected}.`,
  },
];
