/** The audit log as people read it: filtered, searched, and in pages that stay quick however long it is. */
import { type RawBuilder, sql } from 'kysely';
import { type AuditEntry, SEE_ALL_AUDIT } from '../contract/audit.ts';
import type { TimelineEntry } from '../contract/payouts.ts';
import type { Role } from '../contract/words.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import type { AuditRow } from './chain.ts';
import { type AuditHead, auditHeadOf } from './checkpoints.ts';

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly outcome?: 'done' | 'refused' | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly text?: string | undefined;
}

/** Who reads. */
export interface AuditReader {
  readonly id: string;
  readonly roles: readonly Role[];
}

/** What whoever may not see the whole log sees of what others did. */
const BUSINESS = [
  'payout',
  'payee',
  'destination',
  'statement',
  'import',
  'schedule',
  'escrow',
  'placement',
  'campaign',
  'charge',
  'discount',
  'alert',
] as const;

export function seesAllAudit({ roles }: AuditReader): boolean {
  return roles.some((role) => (SEE_ALL_AUDIT as readonly Role[]).includes(role));
}

/** A page looks through so many entries at most; a rare text is found over several pages. */
const LOOKED_THROUGH_MAX = 20_000;

export async function listAudit(
  reader: Reader,
  who: AuditReader,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Paged<AuditEntry> & { readonly head: AuditHead }> {
  const head = await auditHeadOf(reader);
  const [cursor] = decodeCursor(page.cursor, 1);
  const before = await seqBefore(reader, head, filter.to, cursor);
  const from = filter.from === undefined ? 1n : await firstSeqAt(reader, head, filter.from);
  const range = sql`seq < ${before} and seq >= ${from}`;
  const scanned = sql`select * from audit_entries where ${quickestWay(reader, filter)} and ${range}
    order by seq desc limit ${LOOKED_THROUGH_MAX}`;
  const rows = await reader.rows<AuditRow>(sql`
    select * from (${scanned}) looked_through where ${matching(reader, who, filter)} order by seq desc limit ${page.limit + 1}`);
  const items = rows.slice(0, page.limit).map((row) => entryFromRow(row, who));
  const last = items.at(-1);
  if (rows.length > page.limit && last) return { items, nextCursor: encodeCursor([String(last.seq)]), head };
  return { items, nextCursor: await lastLookedThrough(reader, scanned), head };
}

/** Where to go on when a page looked through all it may and found less than it may show. */
async function lastLookedThrough(reader: Reader, scanned: RawBuilder<unknown>): Promise<string | null> {
  const [end] = await reader.rows<{ seq: bigint | null; count: bigint }>(
    sql`select min(seq) as seq, count(*) as count from (${scanned}) looked_through`,
  );
  return end?.seq == null || Number(end.count) < LOOKED_THROUGH_MAX ? null : encodeCursor([String(end.seq)]);
}

/** The filter that an index answers, and that leaves least to look through. */
function quickestWay(reader: Reader, { subject, actor, action, outcome }: AuditFilter): RawBuilder<unknown> {
  if (subject !== undefined) return sql`subject = ${subject}`;
  if (actor !== undefined) return sql`actor = ${actor}`;
  if (outcome === 'refused') return sql`outcome = 'refused'`;
  if (action !== undefined) return sql`${familyOf(reader)} = ${action.slice(0, action.indexOf('.') + 1)}`;
  return sql`true`;
}

/** Spelled as in the index. */
function familyOf(reader: Reader): RawBuilder<unknown> {
  return reader.dialect === 'sqlite'
    ? sql`substr(action, 1, instr(action, '.'))`
    : sql`substr(action, 1, strpos(action, '.'))`;
}

function matching(reader: Reader, who: AuditReader, filter: AuditFilter): RawBuilder<unknown> {
  const { actor, action, subject, outcome, text } = filter;
  const all: RawBuilder<unknown>[] = [];
  if (actor !== undefined) all.push(sql`actor = ${actor}`);
  if (subject !== undefined) all.push(sql`subject = ${subject}`);
  if (outcome !== undefined) all.push(sql`outcome = ${outcome}`);
  if (action?.endsWith('.')) all.push(sql`${familyOf(reader)} = ${action}`);
  else if (action !== undefined) all.push(sql`action = ${action}`);
  if (text !== undefined) all.push(holds(reader, text, seesAllAudit(who)));
  if (!seesAllAudit(who)) all.push(ofTheirConcern(reader, who));
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `);
}

function ofTheirConcern(reader: Reader, who: AuditReader): RawBuilder<unknown> {
  const kind =
    reader.dialect === 'sqlite' ? sql`substr(subject, 1, instr(subject, ':') - 1)` : sql`split_part(subject, ':', 1)`;
  return sql`(actor = ${who.id} or ${kind} in (${sql.join([...BUSINESS])}))`;
}

function holds(reader: Reader, text: string, alsoWhence: boolean): RawBuilder<unknown> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const like = sql.raw(reader.dialect === 'sqlite' ? 'like' : 'ilike');
  const columns = ['actor_name', 'action', 'subject', 'details'];
  // What a reader may not see must not be found out by searching for it either.
  if (alsoWhence) columns.push('ip', 'user_agent', 'correlation_id');
  const found = columns.map((column) => sql`${sql.ref(column)} ${like} ${pattern} escape '\\'`);
  return sql`(${sql.join(found, sql` or `)})`;
}

/** Time never runs back in the log, so a time is a place in it, found by halving. */
async function firstSeqAt(reader: Reader, head: AuditHead, atMs: number): Promise<bigint> {
  let low = 1n;
  let high = BigInt(head.size) + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    // Where an entry is missing, which only verification may judge, the next one says enough.
    const [row] = await reader.rows<{ at_ms: bigint }>(
      sql`select at_ms from audit_entries where seq >= ${middle} order by seq limit 1`,
    );
    if (row !== undefined && row.at_ms < BigInt(atMs)) low = middle + 1n;
    else high = middle;
  }
  return low;
}

async function seqBefore(
  reader: Reader,
  head: AuditHead,
  to: number | undefined,
  cursor: string | undefined,
): Promise<bigint> {
  const end = to === undefined ? BigInt(head.size) + 1n : await firstSeqAt(reader, head, to);
  const from = cursor === undefined ? end : cursorNumber(cursor);
  return from < end ? from : end;
}

/** What happened to one record as the log's readers see it, oldest first. */
export async function auditTimeline(
  reader: Reader,
  who: AuditReader,
  subject: string,
  page: PageRequest,
): Promise<Paged<AuditEntry>> {
  const [cursor] = decodeCursor(page.cursor, 1);
  const after = cursor === undefined ? 0n : cursorNumber(cursor);
  const rows = await reader.rows<AuditRow>(sql`
    select * from audit_entries where subject = ${subject} and seq > ${after}
      and ${matching(reader, who, {})} order by seq limit ${page.limit + 1}`);
  const items = rows.slice(0, page.limit).map((row) => entryFromRow(row, who));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.seq)]) : null };
}

function entryFromRow(row: AuditRow, who: AuditReader): AuditEntry {
  const seesWhence = seesAllAudit(who) || row.actor === who.id;
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    actor: row.actor,
    actorName: row.actor_name,
    role: row.role,
    host: seesWhence ? row.host : null,
    ip: seesWhence ? row.ip : null,
    userAgent: seesWhence ? row.user_agent : null,
    correlationId: seesWhence ? row.correlation_id : null,
    action: row.action,
    outcome: row.outcome,
    subject: row.subject,
    details: JSON.parse(row.details) as Record<string, unknown>,
    hash: row.hash,
  };
}

/** What happened to one record, oldest first, as part of that record. */
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
