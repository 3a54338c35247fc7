/**
 * Brings back what a provider says happened. Each of its records is stored as it came, once,
 * before it is handled; handling a completed record settles the payout it belongs to.
 */
import { postSettlement } from '../payouts/postings.ts';
import { transition } from '../payouts/machine.ts';
import { endAttempt, findAttempt, getPayout, updateGuarded } from '../payouts/repository.ts';
import type { PayoutProvider, ProviderRecord } from '../rails/provider.ts';
import { type Actor, perform, type Treasury, type Work } from '../store/command.ts';

export interface SyncResult {
  readonly stored: number;
  readonly settled: number;
}

const PAGES_MAX = 1_000;

export async function syncProvider(treasury: Treasury, actor: Actor, provider: PayoutProvider): Promise<SyncResult> {
  let stored = 0;
  let settled = 0;
  for (let page = 0; page < PAGES_MAX; page++) {
    const cursor = await readCursor(treasury, provider.rail);
    const { records, cursor: next, more } = await provider.listSince(cursor);
    if (records.length > 0) {
      const result = await perform(treasury, commandOf(actor, provider), (work) => takePage(work, provider, records, next));
      stored += result.stored;
      settled += result.settled;
    }
    if (!more) break;
  }
  return { stored, settled };
}

async function readCursor(treasury: Treasury, provider: string): Promise<string | null> {
  const row = await treasury.writer.db
    .selectFrom('sync_cursors')
    .select('cursor')
    .where('provider', '=', provider)
    .executeTakeFirst();
  return row?.cursor ?? null;
}

async function takePage(work: Work, provider: PayoutProvider, records: readonly ProviderRecord[], cursor: string | null): Promise<SyncResult> {
  let stored = 0;
  let settled = 0;
  for (const record of records) {
    if (!(await store(work, provider.rail, record))) continue;
    stored += 1;
    const outcome = await handle(work, provider, record);
    if (outcome === 'settled') settled += 1;
    await work.tx.write
      .updateTable('provider_events')
      .set({ handled_at_ms: BigInt(work.nowMs), outcome })
      .where('provider', '=', provider.rail)
      .where('event_id', '=', record.eventId)
      .execute();
  }
  if (cursor !== null) await writeCursor(work, provider.rail, cursor);
  work.audit({ action: `sync.${provider.rail}`, subject: `provider:${provider.rail}`, details: { records: records.length, stored, settled } });
  return { stored, settled };
}

/** False when the record was stored before: providers repeat themselves. */
async function store(work: Work, provider: string, record: ProviderRecord): Promise<boolean> {
  const inserted = await work.tx.write
    .insertInto('provider_events')
    .values({
      provider,
      event_id: record.eventId,
      received_at_ms: BigInt(work.nowMs),
      raw: record.raw,
      handled_at_ms: null,
      outcome: null,
    })
    .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
    .returning('event_id')
    .execute();
  return inserted.length > 0;
}

type Outcome = 'settled' | 'noted' | 'unmatched' | 'contradiction';

async function handle(work: Work, provider: PayoutProvider, record: ProviderRecord): Promise<Outcome> {
  if (record.status !== 'completed') return 'noted';
  const attempt = await findAttempt(work.tx, provider.rail, record);
  if (!attempt) return 'unmatched';
  let payout = await getPayout(work.tx, attempt.payoutId);
  if (payout.settledAtMs !== null) return 'noted';
  if (payout.amountMinor !== record.amountMinor || payout.assetId !== record.assetId) {
    await transition(work, payout, 'quarantine', { reason: 'The provider paid another amount or asset than was ordered.' });
    return 'contradiction';
  }
  if (payout.status === 'processing' && attempt.status === 'open') {
    // The answer to our request was lost; the provider's own record is the answer.
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'completed', reference: record.reference, message: null });
    payout = await transition(work, payout, 'complete', { details: { attempt: attempt.key, reference: record.reference } });
  }
  if (payout.status !== 'completed') {
    if (payout.status === 'quarantined') return 'noted';
    await transition(work, payout, 'quarantine', { reason: `The provider paid it while it was ${payout.status}.` });
    return 'contradiction';
  }
  await postSettlement(work, payout, record.atMs);
  await updateGuarded(work.tx, payout, work.nowMs, { settled_at_ms: BigInt(work.nowMs) });
  work.audit({
    action: 'payout.settle',
    subject: `payout:${payout.id}`,
    details: { reference: record.reference, event: record.eventId },
  });
  work.emit({ name: 'payout.settled', subject: `payout:${payout.id}` });
  return 'settled';
}

async function writeCursor(work: Work, provider: string, cursor: string): Promise<void> {
  await work.tx.write
    .insertInto('sync_cursors')
    .values({ provider, cursor, updated_at_ms: BigInt(work.nowMs) })
    .onConflict((conflict) => conflict.column('provider').doUpdateSet({ cursor, updated_at_ms: BigInt(work.nowMs) }))
    .execute();
}

function commandOf(actor: Actor, provider: PayoutProvider) {
  return {
    action: `sync.${provider.rail}`,
    actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: actor.id },
  };
}
