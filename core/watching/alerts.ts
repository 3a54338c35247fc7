/** Alerts as people see them, and what people do about them. */
import { type Selectable, sql } from 'kysely';
import { type Alert, alertFacts } from '../contract/alerts.ts';
import type { Work } from '../store/command.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { alertCleared, unknownAlert } from './errors.ts';
import type { WatchingTables } from './tables.ts';

interface Row extends Selectable<WatchingTables['alerts']> {
  readonly acknowledged_name: string | null;
  readonly snoozed_name: string | null;
}

const alertRows = (reader: Reader) =>
  reader.db
    .selectFrom('alerts')
    .leftJoin('staff as a', 'a.id', 'acknowledged_by')
    .leftJoin('staff as s', 's.id', 'snoozed_by')
    .selectAll('alerts')
    .select(['a.name as acknowledged_name', 's.name as snoozed_name']);

/** What waits comes first, then by how grave it is, then the newest. */
export async function openAlerts(reader: Reader, nowMs: number): Promise<Alert[]> {
  const rows = await alertRows(reader).where('cleared_at_ms', 'is', null).execute();
  const rank = ({ waits, severity }: Alert) => (waits ? 0 : 2) + (severity === 'critical' ? 0 : 1);
  return rows
    .map((row) => alertView(row, nowMs))
    .sort((one, other) => rank(one) - rank(other) || other.raisedAtMs - one.raisedAtMs || (one.id < other.id ? 1 : -1));
}

export async function clearedAlerts(reader: Reader, nowMs: number, page: PageRequest): Promise<Paged<Alert>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = alertRows(reader)
    .where('cleared_at_ms', 'is not', null)
    .orderBy('cleared_at_ms', 'desc')
    .orderBy('alerts.id', 'desc')
    .limit(page.limit + 1);
  if (time !== undefined && id !== undefined)
    query = query.where(sql<boolean>`(cleared_at_ms, alerts.id) < (${cursorNumber(time)}, ${id})`);
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => alertView(row, nowMs)),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.cleared_at_ms), last.id]) : null,
  };
}

export async function getAlert(reader: Reader, nowMs: number, id: string): Promise<Alert> {
  const row = await alertRows(reader).where('alerts.id', '=', id).executeTakeFirst();
  if (!row) throw unknownAlert(id);
  return alertView(row, nowMs);
}

function alertView(row: Row, nowMs: number): Alert {
  const isOpen = row.cleared_at_ms === null;
  const isSnoozed = row.snoozed_until_ms !== null && row.snoozed_until_ms > BigInt(nowMs);
  return {
    id: row.id,
    severity: row.severity,
    subject: row.subject,
    facts: alertFacts.parse(JSON.parse(row.facts)),
    sinceMs: Number(row.since_ms),
    raisedAtMs: Number(row.raised_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
    clearedAtMs: row.cleared_at_ms === null ? null : Number(row.cleared_at_ms),
    acknowledged:
      row.acknowledged_at_ms === null || row.acknowledged_reason === null
        ? null
        : { by: row.acknowledged_name ?? '', atMs: Number(row.acknowledged_at_ms), reason: row.acknowledged_reason },
    snoozed:
      row.snoozed_at_ms === null || row.snoozed_until_ms === null || row.snoozed_reason === null
        ? null
        : {
            by: row.snoozed_name ?? '',
            atMs: Number(row.snoozed_at_ms),
            untilMs: Number(row.snoozed_until_ms),
            reason: row.snoozed_reason,
          },
    waits: isOpen && row.acknowledged_at_ms === null && !isSnoozed,
  };
}

/** Whoever does it last looks after it. What was put off is not any more. */
export async function acknowledgeAlert(
  work: Work,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Alert> {
  await change(
    work,
    id,
    sql`acknowledged_at_ms = ${BigInt(work.nowMs)}, acknowledged_by = ${work.actor.id}, acknowledged_reason = ${reason},
      snoozed_at_ms = null, snoozed_until_ms = null, snoozed_by = null, snoozed_reason = null`,
  );
  work.audit({ action: 'alert.acknowledge', subject: `alert:${id}`, details: { reason } });
  work.emit({ name: 'alert.acknowledged', subject: `alert:${id}` });
  return getAlert(work.tx, work.nowMs, id);
}

/** Nobody looks after it until then, whoever did before. */
export async function snoozeAlert(
  work: Work,
  { id, forMs, reason }: { readonly id: string; readonly forMs: number; readonly reason: string },
): Promise<Alert> {
  const untilMs = work.nowMs + forMs;
  await change(
    work,
    id,
    sql`snoozed_at_ms = ${BigInt(work.nowMs)}, snoozed_until_ms = ${BigInt(untilMs)}, snoozed_by = ${work.actor.id},
      snoozed_reason = ${reason}, acknowledged_at_ms = null, acknowledged_by = null, acknowledged_reason = null`,
  );
  work.audit({ action: 'alert.snooze', subject: `alert:${id}`, details: { untilMs, reason } });
  work.emit({ name: 'alert.snoozed', subject: `alert:${id}` });
  return getAlert(work.tx, work.nowMs, id);
}

async function change(work: Work, id: string, to: ReturnType<typeof sql>): Promise<void> {
  const { changed } = await work.tx.run(sql`update alerts set ${to} where id = ${id} and cleared_at_ms is null`);
  if (changed === 1n) return;
  await getAlert(work.tx, work.nowMs, id);
  throw alertCleared(id);
}
