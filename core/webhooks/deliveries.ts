/**
 * What goes to other systems: a row for each endpoint and event, in the transaction that passed the
 * event. A body says what happened to what, and no more: amounts and people are asked for at the API,
 * by whoever may. Deliveries about one subject go out in the order of the events.
 */
import { sql } from 'kysely';
import { type CanonicalValue, canonical } from '../canonical/canonical.ts';
import type { WebhookDelivery } from '../contract/webhook-endpoints.ts';
import type { OutboxEvent } from '../notifications/facts.ts';
import type { Moment } from '../notifications/tell.ts';
import { IS_FENCED } from '../notifications/while-fenced.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { endpointState, unknownDelivery, unknownEndpoint } from './errors.ts';
import { saidOutside } from './said.ts';
import type { WebhookTables } from './tables.ts';

export type DeliveryRow = WebhookTables['webhook_deliveries'];
type EndpointRow = WebhookTables['webhook_endpoints'];

/** How this program keeps its own house: nobody else's news, and an endpoint told of its own deliveries never rests. */
const INTERNAL = new Set(['notifications.written', 'mails.waiting', 'webhooks.waiting']);

/** Whether an event of that name is wanted. */
export function wants(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
  });
}

const COLUMNS = {
  id: 'text',
  endpoint_id: 'text',
  seq: 'bigint',
  event: 'text',
  subject: 'text',
  body: 'text',
  status: 'text',
  attempts: 'bigint',
  last_status: 'bigint',
  last_answer: 'text',
  created_at_ms: 'bigint',
  next_try_at_ms: 'bigint',
  delivered_at_ms: 'bigint',
} as const;

/** Also for endpoints that are switched off: they are told when they are on again. */
export async function queueDeliveries(moment: Moment, events: readonly OutboxEvent[]): Promise<number> {
  const { tx } = moment;
  const endpoints = await tx.db
    .selectFrom('webhook_endpoints')
    .select(['id', 'events'])
    .where('status', 'in', ['active', 'disabled'])
    .execute();
  const listening = endpoints.map(({ id, events: patterns }) => ({ id, patterns: JSON.parse(patterns) as string[] }));
  const rows = events
    .filter(({ name }) => !INTERNAL.has(name))
    .flatMap((event) =>
      listening.filter(({ patterns }) => wants(patterns, event.name)).map(({ id }) => rowOf(moment, id, event)),
    );
  if (rows.length > 0) await insertRows(tx, 'webhook_deliveries', COLUMNS, rows);
  return rows.length;
}

type Told = Pick<OutboxEvent, 'seq' | 'atMs' | 'name' | 'subject' | 'payload'>;

function rowOf({ ids, nowMs }: Pick<Moment, 'ids' | 'nowMs'>, endpointId: string, event: Told): DeliveryRow {
  const id = ids.next('webhookDelivery');
  const { seq, atMs, name, subject, payload } = event;
  const body: CanonicalValue = { id, event: name, subject, seq: Number(seq), atMs, data: saidOutside(payload) };
  return {
    id,
    endpoint_id: endpointId,
    seq,
    event: name,
    subject,
    body: canonical(body),
    status: 'waiting',
    attempts: 0n,
    last_status: null,
    last_answer: null,
    created_at_ms: BigInt(nowMs),
    next_try_at_ms: BigInt(nowMs),
    delivered_at_ms: null,
  };
}

/** One that stands in no outbox. */
export async function insertDelivery(
  work: Work,
  endpoint: Pick<EndpointRow, 'id'>,
  { name, subject }: { readonly name: string; readonly subject: string },
): Promise<void> {
  const [newest] = await work.tx.rows<{ seq: bigint }>(sql`select coalesce(max(seq), 0) as seq from outbox`);
  const event: Told = { seq: newest?.seq ?? 0n, atMs: work.nowMs, name, subject, payload: {} };
  await insertRows(work.tx, 'webhook_deliveries', COLUMNS, [rowOf(work, endpoint.id, event)]);
}

export async function endpointsDue(reader: Reader, nowMs: number): Promise<readonly { id: string; url: string }[]> {
  return reader.rows<{ id: string; url: string }>(sql`
    select e.id, e.url from webhook_endpoints e
    where e.status = 'active' and coalesce(e.rest_until_ms, 0) <= ${BigInt(nowMs)} and not ${IS_FENCED} and exists (
      select 1 from webhook_deliveries d
      where d.endpoint_id = e.id and d.status = 'waiting' and d.next_try_at_ms <= ${BigInt(nowMs)})
    order by e.id`);
}

/** No other about the same subject waits there before it. */
const IS_FIRST = sql`not exists (
  select 1 from webhook_deliveries b
  where b.endpoint_id = d.endpoint_id and b.subject = d.subject and b.status = 'waiting'
    and (b.seq < d.seq or (b.seq = d.seq and b.id < d.id)))`;

/** When something is due again anywhere; null when nothing waits. */
export async function nextDeliveryAtMs(reader: Reader): Promise<number | null> {
  const rows = await reader.rows<{ at: bigint | null; rest: bigint | null }>(sql`
    select min(d.next_try_at_ms) as at, max(e.rest_until_ms) as rest
    from webhook_endpoints e join webhook_deliveries d on d.endpoint_id = e.id and d.status = 'waiting'
    where e.status = 'active' and ${IS_FIRST} and not ${IS_FENCED} group by e.id`);
  const times = rows.flatMap(({ at, rest }) => (at === null ? [] : [Math.max(Number(at), Number(rest ?? 0n))]));
  return times.length === 0 ? null : Math.min(...times);
}

/** A claimed delivery is not claimed again before this: whoever claimed it may still wait for the answer. */
const CLAIM_MS = 60_000;

/**
 * The next one that is due there, with its try counted: never one before which another about its subject
 * waits, and none once its endpoint is switched off or the vault is fenced, however lately that was.
 */
export async function claimDelivery(tx: Tx, endpointId: string, nowMs: number): Promise<DeliveryRow | null> {
  const skip = tx.dialect === 'postgres' ? sql` for update of d skip locked` : sql``;
  const { rows } = await tx.run<DeliveryRow>(sql`
    update webhook_deliveries set attempts = attempts + 1, next_try_at_ms = ${BigInt(nowMs + CLAIM_MS)}
    where id = (
      select d.id from webhook_deliveries d
      where d.endpoint_id = ${endpointId} and d.status = 'waiting' and d.next_try_at_ms <= ${BigInt(nowMs)}
        and ${IS_FIRST} and not ${IS_FENCED}
        and exists (select 1 from webhook_endpoints e where e.id = d.endpoint_id and e.status = 'active')
      order by d.seq, d.id limit 1${skip})
    returning *`);
  return rows[0] ?? null;
}

export interface DeliveryFilter {
  readonly id: string;
  readonly status?: DeliveryRow['status'] | undefined;
}

export async function listDeliveries(
  reader: Reader,
  { id: endpointId, status }: DeliveryFilter,
  page: PageRequest,
): Promise<Paged<WebhookDelivery>> {
  const known = await reader.db
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('id', '=', endpointId)
    .executeTakeFirst();
  if (!known) throw unknownEndpoint(endpointId);
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (status) query = query.where('status', '=', status);
  if (time !== undefined && id !== undefined)
    query = query.where(sql<boolean>`(created_at_ms, id) < (${BigInt(time)}, ${id})`);
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(deliveryView),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.created_at_ms), last.id]) : null,
  };
}

/** The same body under the same id, so that its receiver can tell that it had it before. */
export async function redeliver(work: Work, { id }: { readonly id: string }): Promise<WebhookDelivery> {
  const { tx, nowMs } = work;
  const row = await tx.db.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownDelivery(id);
  const endpoint = await tx.db
    .selectFrom('webhook_endpoints')
    .select(['id', 'status', 'url'])
    .where('id', '=', row.endpoint_id)
    .executeTakeFirst();
  if (endpoint?.status !== 'active') throw endpointState(row.endpoint_id, endpoint?.status ?? 'removed');
  const { rows } = await tx.run<DeliveryRow>(sql`
    update webhook_deliveries set status = 'waiting', attempts = 0, next_try_at_ms = ${BigInt(nowMs)}, delivered_at_ms = null
    where id = ${id} returning *`);
  work.audit({
    action: 'webhook.redeliver',
    subject: `webhook:${endpoint.id}`,
    details: { delivery: id, event: row.event, about: row.subject, url: endpoint.url },
  });
  work.emit({ name: 'webhooks.waiting', subject: `webhook:${endpoint.id}` });
  return deliveryView(rows[0] as DeliveryRow);
}

function deliveryView(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    event: row.event,
    subject: row.subject,
    seq: Number(row.seq),
    status: row.status,
    attempts: Number(row.attempts),
    lastStatus: row.last_status === null ? null : Number(row.last_status),
    lastAnswer: row.last_answer,
    body: row.body,
    createdAtMs: Number(row.created_at_ms),
    nextTryAtMs: row.next_try_at_ms === null ? null : Number(row.next_try_at_ms),
    deliveredAtMs: row.delivered_at_ms === null ? null : Number(row.delivered_at_ms),
  };
}
