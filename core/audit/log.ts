/** The audit log as people read it. */
import type { AuditEntry } from '../contract/audit.ts';
import type { TimelineEntry } from '../contract/payouts.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import type { AuditRow } from './chain.ts';

function entryFromRow(row: AuditRow): AuditEntry {
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    actor: row.actor,
    actorName: row.actor_name,
    role: row.role,
    action: row.action,
    outcome: row.outcome,
    subject: row.subject,
    details: JSON.parse(row.details) as Record<string, unknown>,
    hash: row.hash,
  };
}

export async function listAudit(reader: Reader, page: PageRequest): Promise<Paged<AuditEntry>> {
  const [before] = decodeCursor(page.cursor, 1);
  let query = reader.db
    .selectFrom('audit_entries')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  if (before !== undefined) query = query.where('seq', '<', BigInt(before));
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map(entryFromRow);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.seq)]) : null };
}

/** What happened to one record, oldest first. */
export async function timeline(reader: Reader, subject: string): Promise<readonly TimelineEntry[]> {
  const rows = await reader.db
    .selectFrom('audit_entries')
    .selectAll()
    .where('subject', '=', subject)
    .orderBy('seq')
    .limit(1_000)
    .execute();
  return rows.map((row) => ({
    atMs: Number(row.at_ms),
    action: row.action,
    outcome: row.outcome,
    actor: row.actor_name,
    details: JSON.parse(row.details) as Record<string, unknown>,
  }));
}
