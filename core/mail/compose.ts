/** Mail to people on staff: what they were told and have not read in the meantime, gathered. */
import { sql } from 'kysely';
import type { NotificationPreferences } from '../contract/notifications.ts';
import { preferencesOf } from '../notifications/preferences.ts';
import type { NotificationTables } from '../notifications/tables.ts';
import type { Moment } from '../notifications/tell.ts';
import { viewOf } from '../notifications/views.ts';
import { mailWords } from '../notifications/words/en.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { insertMail } from './outbox.ts';
import { type Message, messageOf, type Part } from './page.ts';

type Row = NotificationTables['notifications'];
type Way = NonNullable<Row['mail_way']>;

const NAMED_MAX = 50;

export async function nextNoticeAtMs(reader: Reader): Promise<number | null> {
  const [row] = await reader.rows<{ at: bigint | null }>(sql`
    select min(mail_due_at_ms) as at from notifications
    where mail_id is null and mail_due_at_ms is not null and read_at_ms is null`);
  return row?.at == null ? null : Number(row.at);
}

/** News that could not be mailed for so long is news no more; it stands in the window. */
const STALE_MS = 2 * 24 * 3_600_000;

export async function dropStaleNotices(tx: Tx, nowMs: number): Promise<void> {
  await tx.run(sql`
    update notifications set mail_due_at_ms = null, mail_way = null
    where mail_id is null and mail_due_at_ms < ${BigInt(nowMs - STALE_MS)}`);
}

/** Makes one person's mail of what is due to them. False when nothing is due to anybody. */
export async function composeNotices(moment: Moment): Promise<boolean> {
  const { tx, nowMs } = moment;
  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const { rows } = await tx.run<Row>(sql`
    select * from notifications
    where mail_id is null and read_at_ms is null and mail_due_at_ms <= ${BigInt(nowMs)}
    order by mail_due_at_ms, id limit 1${lock}`);
  const [first] = rows;
  if (!first) return false;
  const way = first.mail_way as Way;
  const due = await tx.db
    .selectFrom('notifications')
    .selectAll()
    .where('staff_id', '=', first.staff_id)
    .where('mail_way', '=', way)
    .where('mail_id', 'is', null)
    .where('read_at_ms', 'is', null)
    .where('mail_due_at_ms', '<=', BigInt(nowMs))
    .orderBy('at_ms')
    .orderBy('id')
    .execute();
  const preferences = await preferencesOf(tx, first.staff_id);
  const person = await tx.db
    .selectFrom('staff')
    .select(['name', 'status'])
    .where('id', '=', first.staff_id)
    .executeTakeFirst();
  if (preferences.email === null || person?.status !== 'active') {
    // They left, or took their address away, since it was due.
    await tx.run(sql`
      update notifications set mail_due_at_ms = null, mail_way = null where staff_id = ${first.staff_id} and mail_id is null`);
    return true;
  }
  const vault = await tx.db.selectFrom('vault').select('name').executeTakeFirst();
  const id = await insertMail(tx, moment.ids, nowMs, {
    ...noticeOf({ vault: vault?.name ?? '', name: person.name, way, preferences }, due),
    kind: way === 'digest' ? 'digest' : 'status',
    to: preferences.email,
    about: `staff:${first.staff_id}`,
    replyTo: null,
  });
  await tx.write
    .updateTable('notifications')
    .set({ mail_id: id })
    .where(
      'id',
      'in',
      due.map((row) => row.id),
    )
    .execute();
  return true;
}

interface Notice {
  readonly vault: string;
  readonly name: string;
  readonly way: Way;
  readonly preferences: NotificationPreferences;
}

function noticeOf({ vault, name, way, preferences }: Notice, rows: readonly Row[]): Message {
  const told = rows.map(viewOf);
  const clock = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: preferences.timeZone,
  });
  const urgent = told.find((one) => one.urgent) ?? told.at(-1);
  const subject =
    way === 'digest'
      ? mailWords.digestSubject(vault, told.length)
      : mailWords.statusSubject(vault, urgent?.title ?? '', told.length - 1);
  const named = told.slice(-NAMED_MAX);
  const parts: Part[] = mailWords.topics.flatMap(([topic, heading]) => {
    const lines = named
      .filter((one) => one.topic === topic)
      .map((one) => `${clock.format(one.atMs)}  ${one.title}${one.text === '' ? '' : ` (${one.text})`}`);
    return lines.length === 0 ? [] : [{ heading, lines }];
  });
  const more = told.length - named.length;
  return messageOf(
    subject,
    [{ lines: [mailWords.greeting(name)] }, ...parts, ...(more > 0 ? [{ lines: [mailWords.many(more)] }] : [])],
    mailWords.footer,
  );
}
