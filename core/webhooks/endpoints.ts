/**
 * Where other systems are told what happens here. One admin proposes an address, another confirms
 * it; from then on neither the address nor what is sent there changes: another one is proposed.
 */
import { type RawBuilder, sql } from 'kysely';
import { listStaff } from '../access/staff.ts';
import { canonical } from '../canonical/canonical.ts';
import { WEBHOOK_ENDPOINTS_MAX, type WebhookEndpoint } from '../contract/webhook-endpoints.ts';
import type { Actor, Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { insertDelivery } from './deliveries.ts';
import { badAddress, endpointStale, endpointState, ownProposal, tooManyEndpoints, unknownEndpoint } from './errors.ts';
import type { WebhookTables } from './tables.ts';

export type EndpointRow = WebhookTables['webhook_endpoints'];

export interface EndpointWish {
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string;
}

/** Where it may lead; what a name stands for is looked at each time something is sent. */
export interface AddressRule {
  /** In a sandbox, or where whoever runs the server says so: addresses of this machine and its network. */
  readonly privateAllowed: boolean;
}

export async function proposeEndpoint(work: Work, wish: EndpointWish, rule: AddressRule): Promise<WebhookEndpoint> {
  const url = checkedUrl(wish.url, rule);
  const known = await currentEndpoints(work.tx);
  if (known.length >= WEBHOOK_ENDPOINTS_MAX) throw tooManyEndpoints(WEBHOOK_ENDPOINTS_MAX);
  const id = work.ids.next('webhookEndpoint');
  const events = [...new Set(wish.events)].sort();
  await work.tx.write
    .insertInto('webhook_endpoints')
    .values({
      id,
      url,
      events: canonical(events),
      description: wish.description,
      status: 'proposed',
      disabled_because: null,
      created_by: work.actor.id,
      created_at_ms: BigInt(work.nowMs),
      confirmed_by: null,
      confirmed_at_ms: null,
      failing_since_ms: null,
      failures: 0n,
      rest_until_ms: null,
      version: 1n,
    })
    .execute();
  work.audit({ action: 'webhook.propose', subject: `webhook:${id}`, details: { url, events } });
  work.emit({ name: 'webhook.proposed', subject: `webhook:${id}`, payload: { by: work.actor.id } });
  return endpointView(work.tx, work.actor, id);
}

/** An address is a secret of nobody, so none is in it; and what comes after the # never leaves. */
function checkedUrl(text: string, { privateAllowed }: AddressRule): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw badAddress('a name or password does not belong in it.');
  if (url.hash !== '') throw badAddress('what comes after # is never sent.');
  if (url.protocol !== 'https:' && !privateAllowed) throw badAddress('only encrypted connections (https://).');
  return url.href;
}

interface Named {
  readonly id: string;
  readonly version: number;
}

export async function confirmEndpoint(work: Work, input: Named): Promise<WebhookEndpoint> {
  const row = await lockEndpoint(work.tx, input, ['proposed']);
  if (row.created_by === work.actor.id && !(await mayConfirmOwn(work.tx))) throw ownProposal(row.id);
  await change(
    work,
    row,
    sql`status = 'active', confirmed_by = ${work.actor.id}, confirmed_at_ms = ${BigInt(work.nowMs)}`,
  );
  work.audit({
    action: 'webhook.confirm',
    subject: `webhook:${row.id}`,
    details: { url: row.url, events: JSON.parse(row.events) as string[], proposedBy: row.created_by },
  });
  work.emit({ name: 'webhook.confirmed', subject: `webhook:${row.id}`, payload: { by: work.actor.id } });
  return endpointView(work.tx, work.actor, row.id);
}

/** While there is only one admin, who sets the treasury up. */
async function mayConfirmOwn(reader: Reader): Promise<boolean> {
  const admins = (await listStaff(reader)).filter(
    ({ status, roles }) => status === 'active' && roles.includes('admin'),
  );
  return admins.length < 2;
}

export async function disableEndpoint(
  work: Work,
  input: Named & { readonly reason: string },
): Promise<WebhookEndpoint> {
  const row = await lockEndpoint(work.tx, input, ['active']);
  await change(work, row, sql`status = 'disabled', disabled_because = ${input.reason}`);
  work.audit({
    action: 'webhook.disable',
    subject: `webhook:${row.id}`,
    details: { url: row.url, reason: input.reason },
  });
  work.emit({ name: 'webhook.disabled', subject: `webhook:${row.id}`, payload: { by: work.actor.id } });
  return endpointView(work.tx, work.actor, row.id);
}

/** Begins again with what waits, whatever rests it had. */
export async function enableEndpoint(work: Work, input: Named): Promise<WebhookEndpoint> {
  const row = await lockEndpoint(work.tx, input, ['disabled']);
  await change(
    work,
    row,
    sql`status = 'active', disabled_because = null, failing_since_ms = null, failures = 0, rest_until_ms = null`,
  );
  await work.tx.run(sql`
    update webhook_deliveries set next_try_at_ms = ${BigInt(work.nowMs)} where endpoint_id = ${row.id} and status = 'waiting'`);
  work.audit({ action: 'webhook.enable', subject: `webhook:${row.id}`, details: { url: row.url } });
  work.emit({ name: 'webhook.enabled', subject: `webhook:${row.id}` });
  return endpointView(work.tx, work.actor, row.id);
}

export async function removeEndpoint(work: Work, input: Named & { readonly reason: string }): Promise<void> {
  const row = await lockEndpoint(work.tx, input, ['proposed', 'active', 'disabled']);
  await change(work, row, sql`status = 'removed', disabled_because = null, failing_since_ms = null, failures = 0`);
  const dropped = await work.tx.run(sql`
    update webhook_deliveries set status = 'failed', next_try_at_ms = null, last_answer = 'The endpoint was removed.'
    where endpoint_id = ${row.id} and status = 'waiting'`);
  work.audit({
    action: 'webhook.remove',
    subject: `webhook:${row.id}`,
    details: { url: row.url, reason: input.reason, dropped: Number(dropped.changed) },
  });
  work.emit({ name: 'webhook.removed', subject: `webhook:${row.id}` });
}

/** Somebody wants to see that something arrives. */
export async function pingEndpoint(work: Work, { id }: { readonly id: string }): Promise<void> {
  const row = await endpointRow(work.tx, id);
  if (row.status !== 'active') throw endpointState(id, row.status);
  await insertDelivery(work, row, { name: 'webhook.ping', subject: `webhook:${id}` });
  work.audit({ action: 'webhook.ping', subject: `webhook:${id}`, details: { url: row.url } });
  work.emit({ name: 'webhooks.waiting', subject: `webhook:${id}` });
}

async function lockEndpoint(
  tx: Tx,
  { id, version }: Named,
  from: readonly EndpointRow['status'][],
): Promise<EndpointRow> {
  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const { rows } = await tx.run<EndpointRow>(sql`select * from webhook_endpoints where id = ${id}${lock}`);
  const [row] = rows;
  if (!row || row.status === 'removed') throw unknownEndpoint(id);
  if (Number(row.version) !== version) throw endpointStale(id);
  if (!from.includes(row.status)) throw endpointState(id, row.status);
  return row;
}

async function change(work: Work, { id, version }: EndpointRow, set: RawBuilder<unknown>): Promise<void> {
  await work.tx.run(sql`
    update webhook_endpoints set ${set}, version = version + 1 where id = ${id} and version = ${version}`);
}

async function endpointRow(reader: Reader, id: string): Promise<EndpointRow> {
  const row = await reader.db.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || row.status === 'removed') throw unknownEndpoint(id);
  return row;
}

async function currentEndpoints(reader: Reader): Promise<readonly EndpointRow[]> {
  return reader.db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('status', '<>', 'removed')
    .orderBy('created_at_ms')
    .orderBy('id')
    .execute();
}

export async function listEndpoints(reader: Reader, viewer: Pick<Actor, 'id' | 'roles'>): Promise<WebhookEndpoint[]> {
  const rows = await currentEndpoints(reader);
  const waiting = await reader.rows<{ endpoint_id: string; count: bigint }>(sql`
    select endpoint_id, count(*) as count from webhook_deliveries where status = 'waiting' group by endpoint_id`);
  const counts = new Map(waiting.map(({ endpoint_id, count }) => [endpoint_id, Number(count)]));
  const names = new Map((await listStaff(reader)).map(({ id, name }) => [id as string, name]));
  const alone = await mayConfirmOwn(reader);
  return rows.map((row): WebhookEndpoint => {
    const isAdmin = viewer.roles.includes('admin');
    return {
      id: row.id,
      url: row.url,
      events: JSON.parse(row.events) as string[],
      description: row.description,
      status: row.status as WebhookEndpoint['status'],
      disabledBecause: row.disabled_because,
      createdBy: names.get(row.created_by) ?? row.created_by,
      createdAtMs: Number(row.created_at_ms),
      confirmedBy: row.confirmed_by === null ? null : (names.get(row.confirmed_by) ?? row.confirmed_by),
      mayConfirm: row.status === 'proposed' && isAdmin && (alone || row.created_by !== viewer.id),
      failingSinceMs: row.failing_since_ms === null ? null : Number(row.failing_since_ms),
      waiting: counts.get(row.id) ?? 0,
      version: Number(row.version),
    };
  });
}

async function endpointView(reader: Reader, viewer: Pick<Actor, 'id' | 'roles'>, id: string): Promise<WebhookEndpoint> {
  const found = (await listEndpoints(reader, viewer)).find((endpoint) => endpoint.id === id);
  if (!found) throw unknownEndpoint(id);
  return found;
}
