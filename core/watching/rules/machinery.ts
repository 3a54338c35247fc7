/**
 * What keeps everything else going: jobs, clock, backups, the outbox, and the records of access.
 * Only jobs that this program has count: an earlier version may have left others behind.
 */
import { sql } from 'kysely';
import { CLOCK_BEHIND_MS_MAX } from '../../store/steady-clock.ts';
import { payJobOf, syncJobOf } from '../../sync/status.ts';
import { type Finding, HOUR_MS, type Look, MINUTE_MS } from './finding.ts';

/**
 * Since the first failure of the row, which alone is in the log. That a provider does not answer has an
 * alert of its own, with more patience.
 */
export async function jobsFailing({ reader, jobs, sync, thresholds }: Look): Promise<readonly Finding[]> {
  const silent = new Set(
    sync.flatMap(({ rail, health }) => (health === 'failing' ? [payJobOf(rail), syncJobOf(rail)] : [])),
  );
  const rows = await reader.rows<{ name: string; failures: bigint; summary: string | null; since: bigint | null }>(sql`
    select name, failures, last_summary as summary, (select at_ms from audit_entries
        where subject = 'job:' || jobs.name and action = 'job.failed' order by seq desc limit 1) as since
    from jobs where failures >= ${BigInt(thresholds.job_failures)} order by name`);
  return rows
    .filter(({ name }) => jobs.includes(name) && !silent.has(name))
    .map(({ name, failures, summary, since }) => ({
      subject: `job:${name}`,
      sinceMs: since === null ? null : Number(since),
      facts: { rule: 'job_failing', job: name, failures: Number(failures), summary: summary ?? '' },
    }));
}

/** One that somebody paused is not late, and one that runs is not either. */
export async function jobsLate({ reader, jobs, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const rows = await reader.rows<{ name: string; due: bigint }>(sql`
    select name, next_run_at_ms as due from jobs
    where next_run_at_ms <= ${BigInt(nowMs - thresholds.job_late_minutes * MINUTE_MS)}
      and paused_at_ms is null and (lease_until_ms is null or lease_until_ms <= ${BigInt(nowMs)}) order by name`);
  return rows
    .filter(({ name }) => jobs.includes(name))
    .map(({ name, due }) => ({
      subject: `job:${name}`,
      sinceMs: Number(due),
      facts: { rule: 'job_late', job: name },
    }));
}

export function clockBehind({ readings }: Look): Promise<readonly Finding[]> {
  const behindMs = readings.clockBehindMs;
  if (behindMs <= CLOCK_BEHIND_MS_MAX) return Promise.resolve([]);
  const behindMinutes = Math.round(behindMs / MINUTE_MS);
  return Promise.resolve([{ subject: 'clock', sinceMs: null, facts: { rule: 'clock_behind', behindMinutes } }]);
}

const BACKUP = 'backup';

/** A shared database is backed up with its own tools, and has no such job. */
export async function backupOld({ reader, jobs, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  if (!jobs.includes(BACKUP)) return [];
  const [row] = await reader.rows<{ by_job: bigint | null; by_hand: bigint | null; founded: bigint }>(sql`
    select created_at_ms as founded,
      (select max(ended_at_ms) from job_history where name = ${BACKUP} and outcome = 'ok') as by_job,
      (select at_ms from audit_entries where subject = 'vault' and action = 'vault.backup' and outcome = 'done'
        order by seq desc limit 1) as by_hand
    from vault`);
  if (!row) return [];
  const taken = [row.by_job, row.by_hand].filter((atMs) => atMs !== null).map(Number);
  const lastAtMs = taken.length === 0 ? null : Math.max(...taken);
  const sinceMs = lastAtMs ?? Number(row.founded);
  if (nowMs - sinceMs < thresholds.backup_hours * HOUR_MS) return [];
  return [{ subject: 'backup', sinceMs, facts: { rule: 'backup_old', lastAtMs } }];
}

/** Windows are told by the process they hang on, and one that is gone is forgotten by itself. */
export async function outboxStuck({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const rows = await reader.rows<{ consumer: string; since: bigint | null }>(sql`
    select consumer, (select o.at_ms from outbox o where o.seq > c.seq order by o.seq limit 1) as since
    from outbox_cursors c where consumer not like 'windows:%' order by consumer`);
  return rows.flatMap(({ consumer, since }): Finding[] =>
    since === null || nowMs - Number(since) < thresholds.delivery_minutes * MINUTE_MS
      ? []
      : [
          {
            subject: `follower:${consumer}`,
            sinceMs: Number(since),
            facts: { rule: 'outbox_stuck', follower: consumer },
          },
        ],
  );
}

/** Mail that has been tried and is not through, and endpoints that have not answered as they should for as long. */
export async function deliveryFailing({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const before = BigInt(nowMs - thresholds.delivery_minutes * MINUTE_MS);
  const [mail] = await reader.rows<{ n: bigint; since: bigint | null; answer: string | null }>(sql`
    select count(*) as n, min(created_at_ms) as since, (select answer from mails where status = 'waiting' and attempts > 0
        order by created_at_ms, id limit 1) as answer
    from mails where status = 'waiting' and attempts > 0 and created_at_ms <= ${before}`);
  const endpoints = await reader.rows<{
    id: string;
    name: string;
    since: bigint;
    n: bigint;
    answer: string | null;
  }>(sql`
    select e.id, e.description as name, e.failing_since_ms as since,
      (select count(*) from webhook_deliveries d where d.endpoint_id = e.id and d.status = 'waiting') as n,
      (select d.last_answer from webhook_deliveries d where d.endpoint_id = e.id and d.status = 'waiting' and d.attempts > 0
        order by d.seq limit 1) as answer
    from webhook_endpoints e where e.status in ('active', 'disabled') and e.failing_since_ms <= ${before} order by e.id`);
  return [
    ...(mail?.since == null ? [] : [failing('mail', 'mail', { ...mail, since: mail.since, to: 'the mail server' })]),
    ...endpoints.map((endpoint) => failing(`webhook:${endpoint.id}`, 'webhook', { ...endpoint, to: endpoint.name })),
  ];
}

function failing(
  subject: string,
  channel: 'mail' | 'webhook',
  found: { readonly to: string; readonly n: bigint; readonly since: bigint; readonly answer: string | null },
): Finding {
  const { to, n, since, answer: error } = found;
  return {
    subject,
    sinceMs: Number(since),
    facts: { rule: 'delivery_failing', channel, to, waiting: Number(n), error },
  };
}

/** As the job that verifies them found it last. */
export async function trustBroken({ reader }: Look): Promise<readonly Finding[]> {
  const row = await reader.db
    .selectFrom('audit_entries')
    .select(['action', 'details', 'at_ms'])
    .where('subject', '=', 'vault')
    .where('action', 'in', ['trust.broken', 'trust.whole'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row?.action !== 'trust.broken') return [];
  const { count } = JSON.parse(row.details) as { readonly count: number };
  return [{ subject: 'vault', sinceMs: Number(row.at_ms), facts: { rule: 'trust_broken', problems: count } }];
}
