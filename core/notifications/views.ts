/** What somebody was told, as they see it. */
import { sql } from 'kysely';
import type { Notification, NotificationTopic } from '../contract/notifications.ts';
import { jsonRows } from '../store/json-rows.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader, Writer } from '../store/tx.ts';
import { preferencesOf } from './preferences.ts';
import { isQuiet } from './quiet-hours.ts';
import type { NotificationTables } from './tables.ts';
import { say } from './words/en.ts';

/** More at once on a desktop is noise. */
const DESKTOP_MAX = 5;
/** What is older was missed, and stands in the list. */
const DESKTOP_MS_MAX = 10 * 60_000;

type Row = NotificationTables['notifications'];

export function viewOf(row: Row): Notification {
  const count = Number(row.count);
  const { title, text } = say(row.kind, JSON.parse(row.facts) as Record<string, string>, count);
  return {
    id: row.id,
    kind: row.kind,
    topic: row.topic,
    urgent: row.urgent === 1n,
    subject: row.subject,
    count,
    title,
    text,
    atMs: Number(row.at_ms),
    readAtMs: row.read_at_ms === null ? null : Number(row.read_at_ms),
  };
}

export interface NotificationFilter {
  readonly unread?: boolean | undefined;
  readonly topic?: NotificationTopic | undefined;
}

export async function listNotifications(
  reader: Reader,
  staffId: string,
  filter: NotificationFilter,
  page: PageRequest,
): Promise<Paged<Notification>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('notifications')
    .selectAll()
    .where('staff_id', '=', staffId)
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.unread) query = query.where('read_at_ms', 'is', null);
  if (filter.topic) query = query.where('topic', '=', filter.topic);
  if (time !== undefined && id !== undefined) query = query.where(sql<boolean>`(at_ms, id) < (${BigInt(time)}, ${id})`);
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(viewOf),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.at_ms), last.id]) : null,
  };
}

export async function unreadOf(reader: Reader, staffId: string, nowMs: number) {
  const preferences = await preferencesOf(reader, staffId);
  const [counted] = await reader.rows<{ count: bigint; urgent: bigint }>(sql`
    select count(*) as count, cast(coalesce(sum(urgent), 0) as bigint) as urgent from notifications
    where staff_id = ${staffId} and read_at_ms is null`);
  const fresh = await reader.db
    .selectFrom('notifications')
    .selectAll()
    .where('staff_id', '=', staffId)
    .where('read_at_ms', 'is', null)
    .where('desktop', '=', 1n)
    .where('at_ms', '>=', BigInt(nowMs - DESKTOP_MS_MAX))
    .orderBy('at_ms', 'desc')
    .limit(DESKTOP_MAX)
    .execute();
  return {
    count: Number(counted?.count ?? 0n),
    urgent: Number(counted?.urgent ?? 0n),
    desktop: fresh.map(viewOf).filter(({ urgent }) => !isQuiet(nowMs, preferences, urgent)),
    amountsOnDesktop: preferences.amountsOnDesktop,
  };
}

/** Nobody answers for what they have read, so it is no command and leaves no audit entry. */
export async function markRead(
  writer: Writer,
  staffId: string,
  { ids, read }: { readonly ids?: readonly string[] | undefined; readonly read: boolean },
  nowMs: number,
): Promise<number> {
  const named =
    ids === undefined
      ? sql`1 = 1`
      : sql`id in (select w.id from ${jsonRows(
          writer.dialect,
          { id: 'text' },
          ids.map((id) => ({ id })),
        )} as w)`;
  const { changed } = await writer.transaction((tx) =>
    tx.run(sql`
      update notifications set read_at_ms = ${read ? BigInt(nowMs) : null}
      where staff_id = ${staffId} and ${named} and read_at_ms is ${read ? sql`` : sql`not`} null`),
  );
  return Number(changed);
}
