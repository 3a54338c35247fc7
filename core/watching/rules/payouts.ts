/** Payouts that stand still, and payments that fail. */
import { sql } from 'kysely';
import { RAILS, type RailName } from '../../contract/payees.ts';
import { DAY_MS, type Finding, HOUR_MS, type Look, MINUTE_MS } from './finding.ts';

interface OfRail {
  readonly rail: RailName;
  readonly payouts: bigint;
  readonly since: bigint;
}

/**
 * In processing for longer than its rail takes. On Stellar people may take their time to sign, as long
 * as the transaction's own time lasts: what counts is the time since it had its signatures, or since
 * its time is over.
 */
export async function payoutsStuck({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const rail of RAILS) {
    const longerThanMinutes = thresholds[`stuck_${rail}_minutes`];
    const before = BigInt(nowMs - longerThanMinutes * MINUTE_MS);
    const since =
      rail === 'stellar' ? sql`coalesce(t.signed_at_ms, t.max_time_s * 1000, a.created_at_ms)` : sql`a.created_at_ms`;
    const transactions =
      rail === 'stellar'
        ? sql`left join chain_payments c on c.attempt_id = a.id left join chain_transactions t on t.id = c.transaction_id`
        : sql``;
    const [row] = await reader.rows<{ payouts: bigint; since: bigint | null }>(sql`
      select count(*) as payouts, min(since) as since from (
        select ${since} as since from payout_attempts a join payouts p on p.id = a.payout_id ${transactions}
        where a.rail = ${rail} and a.status = 'open' and a.created_at_ms <= ${before} and p.status = 'processing') as open
      where since <= ${before}`);
    if (row?.since == null) continue;
    findings.push({
      subject: `rail:${rail}`,
      sinceMs: Number(row.since),
      facts: { rule: 'payouts_stuck', rail, payouts: Number(row.payouts), longerThanMinutes },
    });
  }
  return findings;
}

/** Approved and due, and nothing has happened to them since: no money, a freeze, or nobody who signs. */
export async function payoutsWaiting({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const longerThanHours = thresholds.waiting_hours;
  const before = BigInt(nowMs - longerThanHours * HOUR_MS);
  const due = sql`coalesce(due_at_ms, 0)`;
  const rows = await reader.rows<OfRail>(sql`
    select rail, count(*) as payouts, min(case when ${due} > updated_at_ms then due_at_ms else updated_at_ms end) as since
    from payouts where status = 'approved' and updated_at_ms <= ${before} and ${due} <= ${before} group by rail`);
  return rows.map(({ rail, payouts, since }) => ({
    subject: `rail:${rail}`,
    sinceMs: Number(since),
    facts: { rule: 'payouts_waiting', rail, payouts: Number(payouts), longerThanHours },
  }));
}

export async function quarantineAgeing({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const longerThanHours = thresholds.quarantine_hours;
  const before = BigInt(nowMs - longerThanHours * HOUR_MS);
  const rows = await reader.rows<OfRail>(sql`
    select rail, count(*) as payouts, min(updated_at_ms) as since
    from payouts where status = 'quarantined' and updated_at_ms <= ${before} group by rail`);
  return rows.map(({ rail, payouts, since }) => ({
    subject: `rail:${rail}`,
    sinceMs: Number(since),
    facts: { rule: 'quarantine_ageing', rail, payouts: Number(payouts), longerThanHours },
  }));
}

/** Of the outcomes of the last 24 hours; so few that a single failure would be an alarm are none. */
export async function failureRate({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const rows = await reader.rows<{ rail: RailName; failed: bigint; outcomes: bigint; since: bigint | null }>(sql`
    select rail, count(*) as outcomes, count(case when status = 'failed' then 1 end) as failed,
      min(case when status = 'failed' then ended_at_ms end) as since
    from payout_attempts
    where ended_at_ms > ${BigInt(nowMs - DAY_MS)} and ended_at_ms <= ${BigInt(nowMs)} and status in ('completed', 'failed')
    group by rail`);
  return rows.flatMap(({ rail, failed, outcomes, since }): Finding[] => {
    const enough = outcomes >= BigInt(thresholds.failure_outcomes);
    if (since === null || !enough || failed * 100n < outcomes * BigInt(thresholds.failure_percent)) return [];
    const percent = Number((failed * 100n) / outcomes);
    return [
      {
        subject: `rail:${rail}`,
        sinceMs: Number(since),
        facts: { rule: 'failure_rate', rail, failed: Number(failed), outcomes: Number(outcomes), percent },
      },
    ];
  });
}
