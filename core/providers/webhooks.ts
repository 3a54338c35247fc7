/** What providers tell the server: kept as it came, once, before it is answered. */
import { sql } from 'kysely';
import type { ProviderRail } from '../contract/providers.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';

export interface Delivery {
  readonly rail: ProviderRail;
  /** The same news has the same one, however often it is sent. */
  readonly id: string;
  readonly kind: string;
  readonly toldAtMs: number | null;
  /** The body as it came. */
  readonly raw: string;
}

export const WEBHOOK_RECEIVED = 'provider.webhook_received';

/**
 * False when it is there already. What it says is not believed yet: the job that reads the
 * provider's own records is woken, and asks.
 */
export async function keepDelivery(work: Work, { rail, id, kind, toldAtMs, raw }: Delivery): Promise<boolean> {
  const inserted = await work.tx.write
    .insertInto('provider_webhooks')
    .values({
      rail,
      delivery_id: id,
      received_at_ms: BigInt(work.nowMs),
      told_at_ms: toldAtMs === null ? null : BigInt(toldAtMs),
      kind,
      raw,
    })
    .onConflict((conflict) => conflict.columns(['rail', 'delivery_id']).doNothing())
    .returning('delivery_id')
    .execute();
  const isNew = inserted.length > 0;
  work.audit({ action: 'provider.webhook', subject: `provider:${rail}`, details: { id, kind, isNew } });
  if (isNew) work.emit({ name: WEBHOOK_RECEIVED, subject: `provider:${rail}` });
  return isNew;
}

export async function isKept(reader: Reader, { rail, id }: Delivery): Promise<boolean> {
  const found = await reader.db
    .selectFrom('provider_webhooks')
    .select('delivery_id')
    .where('rail', '=', rail)
    .where('delivery_id', '=', id)
    .executeTakeFirst();
  return found !== undefined;
}

export async function deliveriesSoFar(
  reader: Reader,
): Promise<ReadonlyMap<ProviderRail, { readonly received: number; readonly lastAtMs: number }>> {
  const rows = await reader.rows<{ rail: ProviderRail; received: bigint; last_at_ms: bigint }>(sql`
    select rail, cast(count(*) as bigint) as received, max(received_at_ms) as last_at_ms
    from provider_webhooks group by rail`);
  return new Map(rows.map((row) => [row.rail, { received: Number(row.received), lastAtMs: Number(row.last_at_ms) }]));
}
