/** How each rail is doing, as people and alerts see it. */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { SyncStatus } from '../contract/sync.ts';
import type { Reader } from '../store/tx.ts';

/** A history that was not read to its end for longer than this is late. */
const LATE_AFTER_MS = 10 * 60_000;

/** Its jobs, where a provider moves the money: one pays, one reads. */
export const payJobOf = (rail: RailName) => `pay-${rail}`;
export const syncJobOf = (rail: RailName) => `sync-${rail}`;

export interface StatusTerms {
  /** Those that this treasury could have. */
  readonly rails: readonly RailName[];
  /** Those of them that there is somebody to ask of. */
  readonly configured: ReadonlySet<RailName>;
  readonly nowMs: number;
}

export async function syncStatus(reader: Reader, { rails, configured, nowMs }: StatusTerms): Promise<SyncStatus[]> {
  const health = await reader.db.selectFrom('provider_health').selectAll().execute();
  const jobs = await reader.db
    .selectFrom('jobs')
    .leftJoin('staff', 'staff.id', 'jobs.paused_by')
    .select(['jobs.name', 'jobs.lease_until_ms', 'jobs.paused_at_ms', 'jobs.paused_by', 'staff.name as paused_by_name'])
    .where('jobs.name', 'in', rails.map(syncJobOf))
    .execute();
  const open = await countByRail(reader, 'waiting');
  const dead = await countByRail(reader, 'dead');
  return rails.map((rail): SyncStatus => {
    const row = health.find((one) => one.rail === rail);
    const job = jobs.find(({ name }) => name === syncJobOf(rail));
    const lastOkAtMs = time(row?.last_ok_at_ms);
    const lagMs = lastOkAtMs === null ? null : Math.max(0, nowMs - lastOkAtMs);
    const quietUntilMs = later(time(row?.quiet_until_ms), nowMs);
    const isOff = !configured.has(rail);
    return {
      rail,
      configured: !isOff,
      health: isOff ? 'off' : healthOf(row?.unhealthy_since_ms != null, lagMs),
      running: job?.lease_until_ms != null && Number(job.lease_until_ms) > nowMs,
      lastOkAtMs,
      lagMs,
      newestAtMs: time(row?.newest_at_ms),
      backOffUntilMs: later(maxOf(time(row?.back_off_until_ms), quietUntilMs), nowMs),
      retryAfterMs: quietUntilMs === null ? null : quietUntilMs - nowMs,
      failures: Number(row?.failures ?? 0n),
      failingSinceMs: time(row?.failing_since_ms),
      lastError:
        row?.last_error == null || row.last_error_at_ms === null
          ? null
          : { words: row.last_error, atMs: Number(row.last_error_at_ms) },
      paused:
        job?.paused_at_ms == null
          ? null
          : { atMs: Number(job.paused_at_ms), by: job.paused_by_name ?? job.paused_by ?? '' },
      reading:
        row === undefined || row.pages === 0n ? null : { pages: Number(row.pages), records: Number(row.records) },
      waiting: open.get(rail) ?? 0,
      dead: dead.get(rail) ?? 0,
    };
  });
}

function healthOf(isUnhealthy: boolean, lagMs: number | null): SyncStatus['health'] {
  if (isUnhealthy) return 'failing';
  if (lagMs === null) return 'new';
  return lagMs > LATE_AFTER_MS ? 'late' : 'ok';
}

async function countByRail(reader: Reader, of: 'waiting' | 'dead'): Promise<ReadonlyMap<string, number>> {
  const which = of === 'dead' ? sql`outcome = 'dead'` : sql`handled_at_ms is null`;
  const rows = await reader.rows<{ provider: string; n: bigint }>(
    sql`select provider, count(*) as n from provider_events where ${which} group by provider`,
  );
  return new Map(rows.map(({ provider, n }) => [provider, Number(n)]));
}

const time = (value: bigint | null | undefined) => (value == null ? null : Number(value));

const later = (atMs: number | null, nowMs: number) => (atMs !== null && atMs > nowMs ? atMs : null);

function maxOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
