/** Batches as they are shown: what a code would release, and what holds it up. */
import { sql } from 'kysely';
import type { ProviderBatch, ProviderBatchDetail } from '../../contract/batches.ts';
import { decodeCursor, encodeCursor, type PageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import { railsToAskAgain } from './ask-again.ts';
import { type Held, inWords, whatHoldsCode } from './held.ts';
import { type BatchRecord, getBatch, listBatches, type PaymentInBatch, paymentsIn } from './records.ts';

interface TotalRow {
  readonly batchId: string;
  readonly assetId: string;
  readonly code: string;
  readonly scale: bigint;
  readonly count: bigint;
  readonly amountMinor: bigint;
}

async function totalsOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, ProviderBatch['totals']>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.rows<TotalRow>(sql`
    select p.batch_id as "batchId", o.asset_id as "assetId", a.code as code, a.scale as scale, count(*) as count,
      cast(sum(o.amount_minor) as bigint) as "amountMinor"
    from provider_batch_payments p join payouts o on o.id = p.payout_id join assets a on a.id = o.asset_id
    where p.batch_id in (${sql.join(ids)})
    group by p.batch_id, o.asset_id, a.code, a.scale order by o.asset_id`);
  const byBatch = Map.groupBy(rows, ({ batchId }) => batchId);
  return new Map(
    [...byBatch].map(([id, totals]) => [
      id,
      totals.map(({ assetId, code, scale, count, amountMinor }) => ({
        assetId,
        assetCode: code,
        scale: Number(scale),
        count: Number(count),
        amountMinor: amountMinor.toString(),
      })),
    ]),
  );
}

function viewOf(batch: BatchRecord, totals: ProviderBatch['totals']): ProviderBatch {
  return {
    id: batch.id,
    rail: batch.rail,
    reference: batch.reference,
    state: batch.state,
    payments: batch.payments,
    totals,
    triesLeft: batch.triesMax - batch.tries,
    expiresAtMs: batch.expiresAtMs,
    codeUnanswered: batch.codeGivenAtMs !== null,
    withheld: batch.withheld,
    said: batch.said,
    releasedBy: batch.releasedBy,
    askedAtMs: batch.askedAtMs,
    endedAtMs: batch.endedAtMs,
  };
}

export async function batchView(reader: Reader, batch: BatchRecord): Promise<ProviderBatch> {
  return viewOf(batch, (await totalsOf(reader, [batch.id])).get(batch.id) ?? []);
}

export async function batchPage(reader: Reader, { open }: { readonly open: boolean }, page: PageRequest) {
  const [askedAtMs, id] = decodeCursor(page.cursor, 2);
  const before = askedAtMs === undefined || id === undefined ? null : { askedAtMs: Number(askedAtMs), id };
  const found = await listBatches(reader, { open, limit: page.limit + 1, before });
  const shown = found.slice(0, page.limit);
  const totals = await totalsOf(
    reader,
    shown.map((batch) => batch.id),
  );
  const last = shown.at(-1);
  return {
    items: shown.map((batch) => viewOf(batch, totals.get(batch.id) ?? [])),
    nextCursor: found.length > page.limit && last ? encodeCursor([String(last.askedAtMs), last.id]) : null,
    needCode: await needCode(reader),
    mayAsk: [...(await railsToAskAgain(reader))],
  };
}

/** How many wait for somebody with a code. */
async function needCode(reader: Reader): Promise<number> {
  const row = await reader.db
    .selectFrom('provider_batches')
    .select((is) => is.fn.countAll().as('count'))
    .where('state', '=', 'needs_code')
    .where('withheld', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function batchDetail(reader: Reader, id: string, nowMs: number): Promise<ProviderBatchDetail> {
  const batch = await getBatch(reader, id);
  const payments = await paymentsIn(reader, batch);
  const names = await namesOf(reader, payments);
  const isOpen = batch.endedAtMs === null;
  const paid = payments.map(({ payout }) => ({
    payoutId: payout.id,
    reference: payout.reference,
    payee: names.payees.get(payout.payeeId) ?? payout.payeeId,
    status: payout.status,
    address: payout.destination.address,
    extraId: payout.destination.extraId,
    currency: payout.destination.currency,
    assetId: payout.assetId,
    assetCode: names.assets.get(payout.assetId)?.code ?? payout.assetId,
    scale: names.assets.get(payout.assetId)?.scale ?? 0,
    amountMinor: payout.amountMinor.toString(),
  }));
  return {
    ...(await batchView(reader, batch)),
    paid,
    heldBy: isOpen ? await heldBy(reader, { rail: batch.rail, payments, nowMs }) : null,
  };
}

async function namesOf(reader: Reader, payments: readonly PaymentInBatch[]) {
  const payeeIds = [...new Set(payments.map(({ payout }) => payout.payeeId))];
  const payees = await reader.db.selectFrom('payees').select(['id', 'name']).where('id', 'in', payeeIds).execute();
  const assets = await reader.db.selectFrom('assets').select(['id', 'code', 'scale']).execute();
  return {
    payees: new Map<string, string>(payees.map(({ id, name }) => [id, name])),
    assets: new Map(assets.map(({ id, code, scale }) => [id, { code, scale: Number(scale) }])),
  };
}

async function heldBy(reader: Reader, held: Held): Promise<string | null> {
  const refusal = await whatHoldsCode(reader, held);
  return refusal && inWords(refusal);
}
