/**
 * The follower that turns events into what people, payees and other systems are told. What it writes
 * and how far it has read are committed together: no crash loses an event or tells of it twice, and
 * of several servers one handles it. Messages themselves are sent later, by others.
 */
import { sql } from 'kysely';
import { appendEvents } from '../events/outbox.ts';
import { queueRemittances } from '../mail/remittances.ts';
import type { EventDraft, Treasury } from '../store/command.ts';
import { timeNow } from '../store/steady-clock.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { queueDeliveries } from '../webhooks/deliveries.ts';
import type { OutboxEvent } from './facts.ts';
import { tellPeople } from './tell.ts';
import { dropWhatWasDue } from './while-fenced.ts';

/** Its name among those who read the outbox; it is never forgotten. */
export const NOTIFIER = 'notifications';
const PAGE = 500;

export interface Followed {
  readonly events: number;
  /** Whether there was more than one look takes. */
  readonly more: boolean;
}

export async function followEvents(treasury: Treasury): Promise<Followed> {
  const { writer, clock, ids } = treasury;
  const { followed, emitted } = await writer.transaction(async (tx) => {
    const cursor = await lockCursor(tx, clock.nowMs());
    await dropWhatWasDue(tx);
    const events = await readEvents(tx, cursor);
    const last = events.at(-1);
    if (!last) return { followed: { events: 0, more: false }, emitted: [] };
    const nowMs = await timeNow(tx, clock);
    const moment = { tx, nowMs, ids };
    const drafts: EventDraft[] = [];
    if (await tellPeople(moment, events)) drafts.push({ name: 'notifications.written', subject: 'notifications' });
    const areTold = (await queueRemittances(moment, events)) > 0;
    const areSent = (await queueDeliveries(moment, events)) > 0;
    await dropWhatWasDue(tx);
    if (areTold) drafts.push({ name: 'mails.waiting', subject: 'mails' });
    if (areSent) drafts.push({ name: 'webhooks.waiting', subject: 'webhooks' });
    await tx.run(sql`
      update outbox_cursors set seq = ${last.seq}, updated_at_ms = ${BigInt(nowMs)} where consumer = ${NOTIFIER}`);
    const followed = { events: events.length, more: events.length === PAGE };
    return { followed, emitted: await announce(tx, nowMs, drafts) };
  });
  if (emitted.length > 0) treasury.onCommitted?.(emitted);
  return followed;
}

/** From the first look on: what happened before there was a follower is nobody's news. */
async function lockCursor(tx: Tx, nowMs: number): Promise<bigint> {
  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const read = () => tx.run<{ seq: bigint }>(sql`select seq from outbox_cursors where consumer = ${NOTIFIER}${lock}`);
  const [known] = (await read()).rows;
  if (known) return known.seq;
  await tx.run(sql`
    insert into outbox_cursors (consumer, seq, updated_at_ms)
    values (${NOTIFIER}, (select coalesce(max(seq), 0) from outbox), ${BigInt(nowMs)})
    on conflict (consumer) do nothing`);
  return (await read()).rows[0]?.seq ?? 0n;
}

async function readEvents(reader: Reader, after: bigint): Promise<readonly OutboxEvent[]> {
  const rows = await reader.db
    .selectFrom('outbox')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(PAGE)
    .execute();
  return rows.map(({ seq, at_ms, name, subject, payload }) => ({
    seq,
    atMs: Number(at_ms),
    name,
    subject,
    payload: JSON.parse(payload) as OutboxEvent['payload'],
  }));
}

/** No command, so nothing for the audit log; but its numbers are taken, as every command's, under the log's lock. */
async function announce(tx: Tx, nowMs: number, drafts: readonly EventDraft[]) {
  if (drafts.length === 0) return [];
  if (tx.dialect === 'postgres') await tx.run(sql`select one from audit_head where one = 1 for update`);
  return appendEvents(tx, nowMs, drafts);
}
