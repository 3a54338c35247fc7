/**
 * The figures that those who watch a server from outside collect: counted from the records when they
 * are asked for, so that they are right after a restart and the same on every server. No figure names
 * a payee, a person or a payout.
 */
import { sql } from 'kysely';
import type { SyncStatus } from '../contract/sync.ts';
import type { MetricFamily } from '../contract/watching.ts';
import { treasuryPosition } from '../ledger/balances.ts';
import type { Reader } from '../store/tx.ts';
import { outcomes } from './rates.ts';

export interface Scrape {
  readonly nowMs: number;
  /** Whether how much money there is may be told. */
  readonly amounts: boolean;
  readonly jobs: readonly string[];
  readonly sync: readonly SyncStatus[];
}

type Labels = Readonly<Record<string, string>>;
type Value = number | bigint;

const family = (
  type: MetricFamily['type'],
  name: string,
  help: string,
  samples: readonly (readonly [Labels, Value])[],
) => ({
  name: `countersign_${name}`,
  help,
  type,
  samples: samples.map(([labels, value]) => ({ suffix: '' as const, labels: { ...labels }, value: String(value) })),
});

const gauge = family.bind(null, 'gauge');
const counter = family.bind(null, 'counter');
const seconds = (ms: number | bigint) => Number(ms) / 1_000;

export async function metricFamilies(reader: Reader, scrape: Scrape): Promise<MetricFamily[]> {
  return [
    ...(await ofPayouts(reader, scrape)),
    await confirmationTimes(reader),
    ...ofSync(scrape),
    ...(await ofJobs(reader, scrape)),
    ...(await ofAlerts(reader)),
    ...(await ofOutbox(reader, scrape)),
    ...(await ofDeliveries(reader)),
    ...(await ofRecords(reader)),
    ...(scrape.amounts ? await ofTreasury(reader) : []),
  ];
}

async function ofPayouts(reader: Reader, { nowMs }: Scrape): Promise<MetricFamily[]> {
  const counts = await reader.rows<{ rail: string; status: string; n: bigint }>(
    sql`select rail, status, count(*) as n from payouts group by rail, status order by rail, status`,
  );
  const oldest = await reader.rows<{ rail: string; status: string; since: bigint }>(sql`
    select rail, status, min(updated_at_ms) as since from payouts
    where status in ('approved', 'processing', 'quarantined') group by rail, status order by rail, status`);
  const attempts = await reader.rows<{ rail: string; outcome: string; n: bigint }>(sql`
    select rail, status as outcome, count(*) as n from payout_attempts where ended_at_ms is not null
    group by rail, status order by rail, status`);
  return [
    gauge(
      'payouts',
      'Payouts by rail and status.',
      counts.map(({ n, ...labels }) => [labels, n]),
    ),
    gauge(
      'payouts_oldest_age_seconds',
      'For how long the payout that has stood still longest has been in this status.',
      oldest.map(({ since, ...labels }) => [labels, seconds(Math.max(0, nowMs - Number(since)))]),
    ),
    counter(
      'payout_attempts_total',
      'Attempts whose outcome is known. One that was unsent never took effect.',
      attempts.map(({ n, ...labels }) => [labels, n]),
    ),
  ];
}

const BUCKETS_S = [1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 14_400, 86_400] as const;

async function confirmationTimes(reader: Reader): Promise<MetricFamily> {
  const buckets = BUCKETS_S.map(
    (limit, at) => sql`count(case when took_ms <= ${BigInt(limit * 1_000)} then 1 end) as ${sql.ref(`b${at}`)}`,
  );
  const rows = await reader.rows<{ rail: string; n: bigint; sum: bigint } & Record<`b${number}`, bigint>>(sql`
    select rail, count(*) as n, cast(sum(took_ms) as bigint) as sum, ${sql.join(buckets)}
    from ${outcomes(sql`true`)} as outcomes where took_ms is not null group by rail order by rail`);
  return {
    name: 'countersign_payout_confirmation_seconds',
    help: 'From when a payment was given to its rail until its completion was written down.',
    type: 'histogram',
    samples: rows.flatMap((row) => {
      const sample = (suffix: MetricFamily['samples'][number]['suffix'], value: Value, more: Labels = {}) => ({
        suffix,
        labels: { rail: row.rail, ...more },
        value: String(value),
      });
      return [
        ...BUCKETS_S.map((limit, at) => sample('_bucket', row[`b${at}`] ?? 0n, { le: String(limit) })),
        sample('_bucket', row.n, { le: '+Inf' }),
        sample('_sum', seconds(row.sum)),
        sample('_count', row.n),
      ];
    }),
  };
}

/** Of rails that are set up. */
function ofSync({ sync, nowMs }: Scrape): MetricFamily[] {
  const known = sync.filter(({ configured }) => configured);
  return [
    gauge(
      'provider_up',
      '1 while a rail answers, 0 once it has not several times in a row.',
      known.map(({ rail, health }) => [{ rail }, health === 'failing' ? 0 : 1]),
    ),
    gauge(
      'sync_lag_seconds',
      'Since a rail’s history was last read to its end. Nothing before the first time.',
      known.flatMap(({ rail, lastOkAtMs }) =>
        lastOkAtMs === null ? [] : [[{ rail }, seconds(Math.max(0, nowMs - lastOkAtMs))] as const],
      ),
    ),
    gauge(
      'sync_paused',
      '1 while somebody has stopped the reading of a rail’s history.',
      known.map(({ rail, paused }) => [{ rail }, paused === null ? 0 : 1]),
    ),
    gauge(
      'provider_records_open',
      'Records of a rail that wait for something, or could not be handled at all.',
      known.flatMap(({ rail, waiting, dead }) => [
        [{ rail, state: 'waiting' }, waiting] as const,
        [{ rail, state: 'dead' }, dead] as const,
      ]),
    ),
  ];
}

async function ofJobs(reader: Reader, { jobs }: Scrape): Promise<MetricFamily[]> {
  const rows = await reader.rows<{
    name: string;
    failures: bigint;
    paused: bigint | null;
    ok: bigint | null;
    failed: bigint | null;
  }>(sql`
    select name, failures, paused_at_ms as paused,
      case when last_outcome = 'ok' then last_ended_at_ms else (select max(h.ended_at_ms) from job_history h
        where h.name = jobs.name and h.outcome = 'ok') end as ok,
      (select max(h.ended_at_ms) from job_history h where h.name = jobs.name and h.outcome in ('failed', 'lost')) as failed
    from jobs order by name`);
  const known = rows.filter(({ name }) => jobs.includes(name));
  const times = (of: 'ok' | 'failed') =>
    known.flatMap((row) => {
      const atMs = row[of];
      return atMs === null ? [] : [[{ job: row.name }, seconds(atMs)] as const];
    });
  return [
    gauge('job_last_success_timestamp_seconds', 'When a job last ended well.', times('ok')),
    gauge('job_last_failure_timestamp_seconds', 'When a job last failed, as far as its history goes.', times('failed')),
    gauge(
      'job_failures',
      'How many runs of a job have failed in a row.',
      known.map(({ name, failures }) => [{ job: name }, failures]),
    ),
    gauge(
      'job_paused',
      '1 while a job does not run by itself.',
      known.map(({ name, paused }) => [{ job: name }, paused === null ? 0 : 1]),
    ),
  ];
}

async function ofAlerts(reader: Reader): Promise<MetricFamily[]> {
  const rows = await reader.rows<{ rule: string; severity: string; n: bigint; waiting: bigint }>(sql`
    select rule, severity, count(*) as n from alerts where cleared_at_ms is null group by rule, severity order by rule`);
  return [
    gauge(
      'alerts_open',
      'Alerts whose cause lasts, acknowledged or not.',
      rows.map(({ rule, severity, n }) => [{ rule, severity }, n]),
    ),
  ];
}

async function ofOutbox(reader: Reader, { nowMs }: Scrape): Promise<MetricFamily[]> {
  const rows = await reader.rows<{ follower: string; events: bigint; since: bigint | null }>(sql`
    select consumer as follower, (select count(*) from outbox o where o.seq > c.seq) as events,
      (select o.at_ms from outbox o where o.seq > c.seq order by o.seq limit 1) as since
    from outbox_cursors c where consumer not like 'windows:%' order by consumer`);
  return [
    gauge(
      'outbox_backlog_events',
      'Events that a follower has not taken yet.',
      rows.map(({ follower, events }) => [{ follower }, events]),
    ),
    gauge(
      'outbox_backlog_age_seconds',
      'The age of the oldest event that a follower has not taken yet.',
      rows.map(({ follower, since }) => [
        { follower },
        since === null ? 0 : seconds(Math.max(0, nowMs - Number(since))),
      ]),
    ),
  ];
}

async function ofDeliveries(reader: Reader): Promise<MetricFamily[]> {
  const received = await reader.rows<{ rail: string; n: bigint }>(
    sql`select rail, count(*) as n from provider_webhooks group by rail order by rail`,
  );
  const sent = await reader.rows<{ channel: string; status: string; n: bigint }>(sql`
    select 'mail' as channel, status, count(*) as n from mails group by status
    union all select 'webhook' as channel, status, count(*) as n from webhook_deliveries group by status order by 1, 2`);
  return [
    counter(
      'provider_webhooks_total',
      'What providers told this server of by themselves, proven to be theirs.',
      received.map(({ n, ...labels }) => [labels, n]),
    ),
    gauge(
      'deliveries',
      'Mails and webhooks that go out, by what became of them.',
      sent.map(({ n, ...labels }) => [labels, n]),
    ),
  ];
}

async function ofRecords(reader: Reader): Promise<MetricFamily[]> {
  const events = await reader.rows<{ rail: string; outcome: string; n: bigint }>(sql`
    select provider as rail, coalesce(outcome, 'stored') as outcome, count(*) as n from provider_events
    group by provider, coalesce(outcome, 'stored') order by 1, 2`);
  const [vault] = await reader.rows<{ entries: bigint; fenced: bigint | null; frozen: bigint }>(sql`
    select (select size from audit_head) as entries, fenced_at_ms as fenced,
      (select count(*) from freezes where lifted_at_ms is null) as frozen from vault`);
  return [
    gauge(
      'provider_records',
      'Records of providers that are kept, by what became of them.',
      events.map(({ n, ...labels }) => [labels, n]),
    ),
    counter('audit_entries_total', 'Entries of the audit log.', vault ? [[{}, vault.entries]] : []),
    gauge(
      'vault_fenced',
      '1 while nothing is paid because the vault is a copy.',
      vault ? [[{}, vault.fenced === null ? 0 : 1]] : [],
    ),
    gauge('freezes', 'Freezes in force.', vault ? [[{}, vault.frozen]] : []),
  ];
}

/** In minor units, and with the precision that figures have: for watching, not for accounts. */
async function ofTreasury(reader: Reader): Promise<MetricFamily[]> {
  const position = await treasuryPosition(reader);
  return [
    gauge(
      'treasury_minor_units',
      'The treasury’s position, in minor units of each asset.',
      position.flatMap(({ assetId: asset, assetCode: code, ...amounts }) =>
        (
          [
            ['funds', amounts.fundsMinor],
            ['held', amounts.heldMinor],
            ['in_flight', amounts.inFlightMinor],
            ['unsettled', amounts.unsettledMinor],
            ['available', amounts.availableMinor],
          ] as const
        ).map(([part, minor]) => [{ asset, code, part }, minor] as const),
      ),
    ),
  ];
}
