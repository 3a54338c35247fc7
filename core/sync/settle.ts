/**
 * Brings back what a provider says happened. Each of its records is stored as it came, once,
 * before it is handled. A record is evidence: it answers what was open, settles what is completed,
 * and whatever it contradicts is quarantined, whatever state that is in now.
 */
import { sql } from 'kysely';
import { postFees } from '../ledger/fees.ts';
import { transition } from '../payouts/machine.ts';
import { postSettlement } from '../payouts/postings.ts';
import {
  type AttemptRecord,
  attemptFromKey,
  attemptsOf,
  correctAttempt,
  endAttempt,
  findAttempt,
  findPayout,
  getPayout,
  insertEndedAttempt,
  type PayoutRecord,
  updateGuarded,
} from '../payouts/repository.ts';
import type { PayoutProvider, ProviderRecord, RecordPage } from '../rails/provider.ts';
import { type Actor, perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { readCursor, writeCursor } from './cursors.ts';
import { standsStill, tooManyPages, tooManyWaiting } from './errors.ts';
import { bookReversal, type Reversed, reversedSoFar } from './reversals.ts';
import { type Evidence, read, written } from './stored-record.ts';

export interface SyncResult {
  readonly stored: number;
  readonly settled: number;
  readonly quarantined: number;
}

/** What became of a record. One that `waits` or led to a quarantine is looked at again after its resolution. */
type Outcome = 'settled' | 'noted' | 'unmatched' | 'quarantined' | 'waits';

const PAGES_MAX = 1_000;
const WAITING_MAX = 1_000;
const WAITING_ROUNDS_MAX = 100;

/** Whatever tells what happened to payments, page by page. */
export type History = Pick<PayoutProvider, 'rail' | 'listSince'>;

/** Reads to the end of the history, or throws: what it gives is never about a part of it. */
export async function syncProvider(treasury: Treasury, actor: Actor, provider: History): Promise<SyncResult> {
  const total = { stored: 0, settled: 0, quarantined: 0 };
  const add = (outcomes: readonly Outcome[]) => {
    total.settled += outcomes.filter((outcome) => outcome === 'settled').length;
    total.quarantined += outcomes.filter((outcome) => outcome === 'quarantined').length;
  };
  const command = {
    action: `sync.${provider.rail}`,
    actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: actor.id },
  };
  // What came before comes first: the provider's last word is weighed last.
  let again = (await waiting(treasury.writer, provider.rail)).length > 0;
  for (let round = 0; again; round++) {
    if (round === WAITING_ROUNDS_MAX) throw tooManyWaiting(provider.rail, WAITING_MAX * WAITING_ROUNDS_MAX);
    const outcomes = await perform(treasury, command, (work) => handleWaiting(work, provider.rail));
    add(outcomes);
    again = outcomes.length === WAITING_MAX;
  }
  // Whoever compares history must not take a part of it for the whole: an end that is not the end is refused.
  for (let page = 0; ; page++) {
    if (page === PAGES_MAX) throw tooManyPages(provider.rail, PAGES_MAX);
    const from = await readCursor(treasury.writer, provider.rail);
    const { records, cursor, more, gap } = await provider.listSince(from);
    const movesOn = cursor !== null && cursor !== from;
    if (records.length > 0 || (more && movesOn)) {
      const outcomes = await perform(treasury, command, (work) =>
        takePage(work, provider.rail, { records, cursor, gap }),
      );
      total.stored += outcomes.length;
      add(outcomes);
    }
    if (!more) break;
    if (!movesOn) throw standsStill(provider.rail);
  }
  return total;
}

async function takePage(
  work: Work,
  rail: PayoutProvider['rail'],
  { records, cursor, gap }: Pick<RecordPage, 'records' | 'cursor'> & { readonly gap: RecordPage['gap'] | undefined },
): Promise<readonly Outcome[]> {
  const outcomes = await takeRecords(work, rail, records);
  if (cursor !== null) await writeCursor(work, rail, cursor);
  work.audit({
    action: `sync.${rail}`,
    subject: `provider:${rail}`,
    details: {
      records: records.length,
      new: outcomes.length,
      settled: outcomes.filter((outcome) => outcome === 'settled').length,
      ...(gap && { gapFromMs: gap.fromMs, gapToMs: gap.toMs }),
    },
  });
  return outcomes;
}

/** Stores each record once, as it came, and weighs it as evidence. */
export async function takeRecords(
  work: Work,
  rail: PayoutProvider['rail'],
  records: readonly ProviderRecord[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const record of records) {
    if (!(await store(work, rail, record))) continue;
    outcomes.push(await handleAndMark(work, rail, record));
  }
  return outcomes;
}

/** False when the record was stored before: providers repeat themselves. */
async function store(work: Work, provider: string, record: ProviderRecord): Promise<boolean> {
  const { raw, ...rest } = record;
  const inserted = await work.tx.write
    .insertInto('provider_events')
    .values({
      provider,
      event_id: record.eventId,
      received_at_ms: BigInt(work.nowMs),
      raw,
      reference: record.reference,
      key: record.key,
      record: written(rest),
      handled_at_ms: null,
      outcome: null,
    })
    .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
    .returning('event_id')
    .execute();
  return inserted.length > 0;
}

async function handleAndMark(
  work: Work,
  rail: PayoutProvider['rail'],
  record: Evidence,
  before: Outcome | null = null,
): Promise<Outcome> {
  const outcome = await handle(work, rail, record, before);
  const handled = outcome !== 'waits' && outcome !== 'quarantined';
  await work.tx.write
    .updateTable('provider_events')
    .set({ handled_at_ms: handled ? BigInt(work.nowMs) : null, outcome })
    .where('provider', '=', rail)
    .where('event_id', '=', record.eventId)
    .execute();
  return outcome;
}

async function handle(
  work: Work,
  rail: PayoutProvider['rail'],
  record: Evidence,
  before: Outcome | null,
): Promise<Outcome> {
  const attempt = (await findAttempt(work.tx, rail, record)) ?? (await remembered(work, rail, record));
  if (!attempt) return 'unmatched';
  const payout = await getPayout(work.tx, attempt.payoutId);
  if (payout.status === 'quarantined') return before ?? 'waits';

  const quarantine = async (reason: string): Promise<Outcome> => {
    // It led to a quarantine before, and two people have decided with it in front of them.
    if (before === 'quarantined') return 'noted';
    await transition(work, payout, 'quarantine', {
      reason,
      details: { reference: record.reference, event: record.eventId },
    });
    return 'quarantined';
  };
  if (record.status === 'unknown') {
    // What a resolution was about anyway.
    if (before === 'waits') return 'noted';
    return quarantine('The provider reports a status that is not known.');
  }
  if (record.status === 'accepted') return 'noted';
  if (isReversal(record)) return reverse(work, payout, attempt, record, quarantine);
  if (!sameMoney(payout, record)) return quarantine('The provider reports another amount or asset than was ordered.');

  if (attempt.status === 'open' && payout.status === 'processing') return answer(work, payout, attempt, record);
  if (attempt.status === 'failed' && record.status === 'failed' && (await isUnderstood(work, payout))) return 'noted';
  if (payout.status === 'completed' && record.status === 'completed') {
    if (await isThePayment(work, payout, attempt)) {
      if (payout.settledAtMs !== null) return 'noted';
      if (attempt.status !== 'completed') await foundPaid(work, attempt, record);
      return settle(work, payout, record);
    }
  }
  return quarantine(
    `The provider says ${record.status}, but the payout is ${payout.status} and this attempt ${attempt.status}.`,
  );
}

/** What came back is booked once its payment is: the books know nothing of it before. */
async function reverse(
  work: Work,
  payout: PayoutRecord,
  attempt: AttemptRecord,
  record: Reversed,
  quarantine: (reason: string) => Promise<Outcome>,
): Promise<Outcome> {
  if (attempt.status === 'open' && payout.status === 'processing') return 'waits';
  if (attempt.status !== 'completed' || payout.status !== 'completed') {
    return quarantine(`The provider says that a payment came back, but the payout is ${payout.status}.`);
  }
  const total = (await reversedSoFar(work, payout)) + record.amountMinor;
  if (record.assetId !== payout.assetId || record.amountMinor <= 0n || total > payout.amountMinor) {
    return quarantine('The provider says that more came back than was paid, or another asset.');
  }
  await bookReversal(work, payout, record);
  return 'noted';
}

const isReversal = (record: Evidence): record is Reversed => record.reversal !== undefined;

/** False where people say that a payout was paid of which no attempt was, as far as anybody knows. */
async function isUnderstood(work: Work, payout: PayoutRecord): Promise<boolean> {
  if (payout.status !== 'completed') return true;
  return (await attemptsOf(work.tx, payout.id)).some(({ status }) => status === 'completed');
}

/** No other attempt of the payout was paid: what the provider says belongs to this one. */
async function isThePayment(work: Work, payout: PayoutRecord, attempt: AttemptRecord): Promise<boolean> {
  const others = (await attemptsOf(work.tx, payout.id)).filter(({ id }) => id !== attempt.id);
  return others.every(({ status }) => status !== 'completed');
}

/** People resolved the payout as completed; now the provider names the attempt. */
function foundPaid(work: Work, attempt: AttemptRecord, { reference }: Evidence): Promise<void> {
  return correctAttempt(work.tx, attempt, {
    status: 'completed',
    reference,
    message: 'paid after all, says the provider',
  });
}

/**
 * A payment under a key of ours that this vault does not remember making: it was restored to a
 * time before. The attempt is written down from the evidence, and people decide about the payout.
 */
async function remembered(work: Work, rail: PayoutProvider['rail'], record: Evidence): Promise<AttemptRecord | null> {
  const named = record.key === null ? null : attemptFromKey(record.key);
  if (!named || (record.status !== 'completed' && record.status !== 'failed')) return null;
  const payout = await findPayout(work.tx, named.payoutId);
  if (!payout || payout.rail !== rail) return null;
  return insertEndedAttempt(work.tx, work.nowMs, {
    id: work.ids.next('attempt'),
    payoutId: payout.id,
    number: named.number,
    rail,
    key: record.key as string,
    status: record.status,
    providerReference: record.reference,
  });
}

/** The answer to our request was lost or is still open; the provider's own record is the answer. */
async function answer(work: Work, payout: PayoutRecord, attempt: AttemptRecord, record: Evidence): Promise<Outcome> {
  const details = { attempt: attempt.key, reference: record.reference };
  if (record.status === 'failed') {
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'failed', reference: record.reference, message: null });
    await transition(work, payout, 'fail', { reason: 'The provider says it failed.', details });
    return 'noted';
  }
  await endAttempt(work.tx, attempt, work.nowMs, { status: 'completed', reference: record.reference, message: null });
  return settle(work, await transition(work, payout, 'complete', { details }), record);
}

async function settle(work: Work, payout: PayoutRecord, record: Evidence): Promise<Outcome> {
  await postSettlement(work, payout, record.atMs);
  if (record.fee && record.fee.amountMinor > 0n) {
    const { reference, ...fee } = record.fee;
    const key = `${payout.rail}:${reference}`;
    await postFees(work, [{ ...fee, key, effectiveAtMs: record.atMs, payoutId: payout.id }]);
  }
  await updateGuarded(work.tx, payout, work.nowMs, { settled_at_ms: BigInt(work.nowMs) });
  work.audit({
    action: 'payout.settle',
    subject: `payout:${payout.id}`,
    details: { reference: record.reference, event: record.eventId },
  });
  work.emit({ name: 'payout.settled', subject: `payout:${payout.id}` });
  return 'settled';
}

function sameMoney(payout: PayoutRecord, record: Evidence): boolean {
  return payout.amountMinor === record.amountMinor && payout.assetId === record.assetId;
}

/** Records whose payout was in quarantine, and is not any more. */
async function handleWaiting(work: Work, rail: PayoutProvider['rail']): Promise<readonly Outcome[]> {
  const rows = (await waiting(work.tx, rail)).map(({ record, outcome, received_at_ms }) => ({
    evidence: read(record),
    outcome,
    receivedAtMs: Number(received_at_ms),
  }));
  // Those of one page came at one time: then by when the provider says they happened.
  rows.sort((a, b) => a.receivedAtMs - b.receivedAtMs || a.evidence.atMs - b.evidence.atMs);
  const outcomes: Outcome[] = [];
  for (const { evidence, outcome } of rows) outcomes.push(await handleAndMark(work, rail, evidence, outcome));
  work.audit({ action: `sync.${rail}`, subject: `provider:${rail}`, details: { again: outcomes.length } });
  return outcomes;
}

/** Records that were kept waiting by a quarantine which has been resolved since. */
function waiting(reader: Reader, rail: string) {
  return reader.rows<{ record: string | null; outcome: 'waits' | 'quarantined'; received_at_ms: bigint }>(sql`
    select e.record, e.outcome, e.received_at_ms from provider_events e
    where e.provider = ${rail} and e.handled_at_ms is null and exists (
      select 1 from payout_attempts a join payouts p on p.id = a.payout_id
      where a.rail = e.provider and p.status <> 'quarantined' and (a.provider_reference = e.reference or a.key = e.key))
    order by e.received_at_ms, e.event_id limit ${WAITING_MAX}`);
}
