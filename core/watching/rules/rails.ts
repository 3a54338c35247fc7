/** Providers that do not answer, histories that are not read, and the Ledger. */
import { sql } from 'kysely';
import type { RailName } from '../../contract/payees.ts';
import { DAY_MS, type Finding, type Look, MINUTE_MS } from './finding.ts';

export function providerUnhealthy({ sync, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const findings = sync.flatMap(({ rail, health, failingSinceMs: sinceMs, lastError }): Finding[] => {
    if (health !== 'failing' || sinceMs === null) return [];
    if (nowMs - sinceMs < thresholds.unhealthy_minutes * MINUTE_MS) return [];
    return [
      {
        subject: `rail:${rail}`,
        sinceMs,
        facts: { rule: 'provider_unhealthy', rail, error: lastError?.words ?? null },
      },
    ];
  });
  return Promise.resolve(findings);
}

/** One that does not answer has an alert of its own. */
export function syncLag({ sync, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const findings = sync.flatMap(({ rail, configured, health, lastOkAtMs, paused }): Finding[] => {
    if (!configured || health === 'failing' || lastOkAtMs === null) return [];
    if (nowMs - lastOkAtMs < thresholds.sync_lag_minutes * MINUTE_MS) return [];
    return [
      {
        subject: `rail:${rail}`,
        sinceMs: lastOkAtMs,
        facts: { rule: 'sync_lag', rail, paused: paused !== null },
      },
    ];
  });
  return Promise.resolve(findings);
}

/** Given up for good, so there is nothing to wait for. */
export function recordsDead({ sync }: Look): Promise<readonly Finding[]> {
  const findings = sync.flatMap(({ rail, dead }): Finding[] =>
    dead === 0
      ? []
      : [{ subject: `rail:${rail}`, sinceMs: null, facts: { rule: 'records_dead', rail, records: dead } }],
  );
  return Promise.resolve(findings);
}

/** That it happened is not undone by anything: it is shown for as long as anybody may look into it. */
const RELEASED_ELSEWHERE_FOR_MS = 7 * DAY_MS;

/** Batches whose code was given on the provider's own pages, around every proof of this program. */
export async function releasedElsewhere({ reader, nowMs }: Look): Promise<readonly Finding[]> {
  const rows = await reader.rows<{ rail: RailName; reference: string | null; at: bigint }>(sql`
    select rail, reference, ended_at_ms as at from provider_batches
    where state = 'released' and released_by is null and ended_at_ms > ${BigInt(nowMs - RELEASED_ELSEWHERE_FOR_MS)}
    order by ended_at_ms, id`);
  return [...Map.groupBy(rows, ({ rail }) => rail)].map(([rail, batches]) => ({
    subject: `rail:${rail}`,
    sinceMs: Number(batches[0]?.at),
    facts: {
      rule: 'released_elsewhere',
      rail,
      batches: batches.length,
      reference: batches.at(-1)?.reference ?? '',
    },
  }));
}

/** A Ledger in a drawer is no trouble; one that a transaction waits for is. */
export async function deviceUnhealthy({ reader, readings, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const { deviceTrouble: trouble } = readings;
  if (trouble === null || nowMs - trouble.atMs < thresholds.device_minutes * MINUTE_MS) return [];
  const [waiting] = await reader.rows<{ payments: bigint | null }>(sql`
    select cast(sum(payments) as bigint) as payments from chain_transactions
    where state = 'built' and mode = 'signers' and max_time_s > ${BigInt(Math.floor(nowMs / 1_000))}`);
  if (waiting?.payments == null) return [];
  return [
    {
      subject: 'device',
      sinceMs: trouble.atMs,
      facts: { rule: 'device_unhealthy', code: trouble.code, payments: Number(waiting.payments) },
    },
  ];
}
