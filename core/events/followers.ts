/**
 * Who reads the outbox. Sequence numbers follow the order of commits, so whoever reads on from the
 * last number it was given misses nothing and gets everything in order, whichever server committed
 * it. A follower moves its cursor after it has passed the events on: what a crash cuts off in
 * between is passed on again.
 *
 * Purging: an event goes once it is 30 days old and every follower has passed it. A process whose
 * windows were not heard of for a day is forgotten; should it come back, it reads on from what is
 * left, and a window that was away that long asks for everything anew anyway. Whoever follows for
 * the whole treasury, and not for one process, is never forgotten.
 */
import { sql } from 'kysely';
import type { CommittedEvent } from '../store/command.ts';
import type { Reader, Tx, Writer } from '../store/tx.ts';

const KEPT_MS = 30 * 24 * 3_600_000;
const SILENT_MS_MAX = 24 * 3_600_000;
/** A follower that has nothing to say is heard of at least this often. */
export const HEARD_EVERY_MS = 3_600_000;
const PURGE_MAX = 10_000;
/** Begins the name of a follower that tells one process's windows. */
export const WINDOWS_OF = 'windows:';

/** The newest event there is. */
export async function outboxHead(reader: Reader): Promise<bigint> {
  const [row] = await reader.rows<{ seq: bigint }>(sql`select coalesce(max(seq), 0) as seq from outbox`);
  return row?.seq ?? 0n;
}

export async function eventsAfter(reader: Reader, seq: bigint, limit: number): Promise<readonly CommittedEvent[]> {
  const rows = await reader.db
    .selectFrom('outbox')
    .select(['seq', 'at_ms', 'name', 'subject'])
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, atMs: Number(row.at_ms), name: row.name, subject: row.subject }));
}

export async function keepCursor(writer: Writer, consumer: string, seq: bigint, nowMs: number): Promise<void> {
  await writer.transaction((tx) =>
    tx.run(sql`
      insert into outbox_cursors (consumer, seq, updated_at_ms) values (${consumer}, ${seq}, ${BigInt(nowMs)})
      on conflict (consumer) do update set seq = excluded.seq, updated_at_ms = excluded.updated_at_ms
      where outbox_cursors.seq <= excluded.seq`),
  );
}

export async function forgetFollower(writer: Writer, consumer: string): Promise<void> {
  await writer.transaction((tx) => tx.run(sql`delete from outbox_cursors where consumer = ${consumer}`));
}

export interface Purged {
  readonly events: number;
  readonly followers: number;
  /** Whether there is more to purge. */
  readonly more: boolean;
}

/** The newest event always stays: on SQLite the next number is one above it. */
export async function purgeOutbox(tx: Tx, nowMs: number): Promise<Purged> {
  const { changed: followers } = await tx.run(sql`
    delete from outbox_cursors
    where updated_at_ms < ${BigInt(nowMs - SILENT_MS_MAX)} and consumer like ${`${WINDOWS_OF}%`}`);
  const { changed: events } = await tx.run(sql`
    delete from outbox where seq in (
      select seq from outbox
      where at_ms < ${BigInt(nowMs - KEPT_MS)}
        and seq < (select max(seq) from outbox)
        and seq <= coalesce((select min(seq) from outbox_cursors), (select max(seq) from outbox))
      order by seq limit ${BigInt(PURGE_MAX)})`);
  return { events: Number(events), followers: Number(followers), more: events === BigInt(PURGE_MAX) };
}
