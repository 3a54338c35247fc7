/**
 * Attempts at paying a payout: each was made with what its payout was then, is known to its provider by
 * its key, and is open until its outcome is known.
 */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { AttemptId, PayoutId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { isAwake } from './attempt-rests.ts';
import { stalePayout } from './errors.ts';
import { getPayout } from './repository.ts';
import type { PayoutTables } from './tables.ts';

export interface AttemptRecord {
  readonly id: AttemptId;
  readonly payoutId: PayoutId;
  readonly number: bigint;
  readonly rail: RailName;
  readonly key: string;
  /** What it was made with, whatever its payout is edited to later. */
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly address: string | null;
  readonly status: PayoutTables['payout_attempts']['status'];
  readonly providerReference: string | null;
}

type KeptRow = Omit<
  Selectable<PayoutTables['payout_attempts']>,
  'provider_message' | 'created_at_ms' | 'ended_at_ms' | 'settled_at_ms' | 'rest_until_ms'
>;

export function attemptFromRow(row: KeptRow): AttemptRecord {
  return {
    id: row.id as AttemptId,
    payoutId: row.payout_id as PayoutId,
    number: row.number,
    rail: row.rail,
    key: row.key,
    assetId: row.asset_id,
    amountMinor: row.amount_minor,
    address: row.address,
    status: row.status,
    providerReference: row.provider_reference,
  };
}

type Money = Pick<AttemptRecord, 'rail' | 'assetId' | 'amountMinor'>;
type Payment = Money & { readonly destination: { readonly address: string } };

/** Whether the payout still is what the attempt was made with: what is known of the attempt is true of nothing else. */
export function isPaymentOf(payout: Payment, attempt: AttemptRecord): boolean {
  return (
    isUneditedSince(payout, attempt) && (attempt.address ?? payout.destination.address) === payout.destination.address
  );
}

/** In what the books know of it, which is not to whom it went. */
export function isUneditedSince(payout: Money, attempt: Money): boolean {
  return (
    payout.rail === attempt.rail && payout.assetId === attempt.assetId && payout.amountMinor === attempt.amountMinor
  );
}

export interface OpenAttempts {
  /** Those that rest now are left out; null leaves out none. */
  readonly awakeAtMs: number | null;
  readonly limit: number;
}

/**
 * Attempts whose outcome is not known: what must be looked up after a crash. Those of quarantined
 * payouts are not among them: people decide about these, and asking again would change nothing.
 */
export async function openAttempts(
  reader: Reader,
  rail: RailName,
  { awakeAtMs, limit }: OpenAttempts,
): Promise<readonly AttemptRecord[]> {
  let query = reader.db
    .selectFrom('payout_attempts')
    .innerJoin('payouts', 'payouts.id', 'payout_attempts.payout_id')
    .selectAll('payout_attempts')
    .where('payout_attempts.rail', '=', rail)
    .where('payout_attempts.status', '=', 'open')
    .where('payouts.status', '=', 'processing')
    .orderBy('payout_attempts.created_at_ms')
    .orderBy('payout_attempts.payout_id')
    .limit(limit);
  if (awakeAtMs !== null) query = query.where(isAwake(awakeAtMs));
  return (await query.execute()).map(attemptFromRow);
}

export async function attemptsOf(reader: Reader, payoutId: PayoutId): Promise<readonly AttemptRecord[]> {
  const rows = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('number')
    .execute();
  return rows.map(attemptFromRow);
}

export async function openAttemptsOf(reader: Reader, payoutId: PayoutId): Promise<readonly AttemptRecord[]> {
  return (await attemptsOf(reader, payoutId)).filter(({ status }) => status === 'open');
}

export async function latestAttempt(reader: Reader, payoutId: PayoutId): Promise<AttemptRecord | null> {
  const row = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? attemptFromRow(row) : null;
}

/** The attempt a provider's record belongs to: by the provider's reference, or by our key when its answer never came. */
export async function findAttempt(
  reader: Reader,
  rail: RailName,
  by: { readonly reference: string; readonly key: string | null },
): Promise<AttemptRecord | null> {
  const rows = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('rail', '=', rail)
    .where((either) => either.or([either('provider_reference', '=', by.reference), either('key', '=', by.key ?? '')]))
    .execute();
  const row = rows.find((candidate) => candidate.provider_reference === by.reference) ?? rows[0];
  return row ? attemptFromRow(row) : null;
}

/** On whatever rail: a key is that of one attempt. */
export async function findAttemptByKey(reader: Reader, key: string): Promise<AttemptRecord | null> {
  const row = await reader.db.selectFrom('payout_attempts').selectAll().where('key', '=', key).executeTakeFirst();
  return row ? attemptFromRow(row) : null;
}

/** What it is made with, and with nothing heard of it. */
const keptColumns = (attempt: Omit<AttemptRecord, 'status' | 'providerReference'>) => ({
  id: attempt.id,
  payout_id: attempt.payoutId,
  number: attempt.number,
  rail: attempt.rail,
  key: attempt.key,
  asset_id: attempt.assetId,
  amount_minor: attempt.amountMinor,
  address: attempt.address,
  provider_reference: null,
  provider_message: null,
});

export async function insertAttempt(
  tx: Tx,
  nowMs: number,
  attempt: Omit<AttemptRecord, 'status' | 'providerReference'>,
): Promise<void> {
  await tx.write
    .insertInto('payout_attempts')
    .values({ ...keptColumns(attempt), status: 'open', created_at_ms: BigInt(nowMs), ended_at_ms: null })
    .execute();
}

/** The key of an attempt names its payout and its number. */
export function attemptKey(payoutId: PayoutId, number: bigint): string {
  return `${payoutId}-${number}`;
}

export function attemptFromKey(key: string): { readonly payoutId: PayoutId; readonly number: bigint } | null {
  const [, payoutId, number] = /^(pay_[0-9a-z]{25})-([1-9]\d{0,5})$/.exec(key) ?? [];
  return payoutId && number ? { payoutId: payoutId as PayoutId, number: BigInt(number) } : null;
}

/** What an attempt's message says, or begins with, where its time says nothing about the rail. */
export const FOUND_IN_HISTORY = 'found in the provider’s history';
export const RESOLVED_BY_TWO = 'resolved by two people: ';

/** An attempt this vault does not remember making, written down from the provider's evidence. */
export async function insertFoundAttempt(tx: Tx, nowMs: number, attempt: AttemptRecord): Promise<AttemptRecord> {
  await tx.write
    .insertInto('payout_attempts')
    .values({
      ...keptColumns(attempt),
      status: attempt.status,
      provider_reference: attempt.providerReference,
      provider_message: FOUND_IN_HISTORY,
      created_at_ms: BigInt(nowMs),
      ended_at_ms: attempt.status === 'open' ? null : BigInt(nowMs),
    })
    .execute();
  return attempt;
}

export async function endAttempt(
  tx: Tx,
  attempt: AttemptRecord,
  nowMs: number,
  outcome: { status: 'completed' | 'failed' | 'unsent'; reference: string | null; message: string | null },
): Promise<void> {
  const { changed } = await tx.run(sql`
    update payout_attempts set status = ${outcome.status}, provider_reference = ${outcome.reference},
      provider_message = ${outcome.message}, ended_at_ms = ${BigInt(nowMs)}
    where id = ${attempt.id} and status = 'open'`);
  // Somebody else learned of its outcome first.
  if (changed === 0n) throw stalePayout(attempt.payoutId, (await getPayout(tx, attempt.payoutId)).status);
  if (outcome.status === 'unsent') await weighReleasedAgain(tx, attempt);
}

/** That the payment was being made was no news while its attempt was open; of one never sent it is. */
async function weighReleasedAgain(tx: Tx, { payoutId, key }: AttemptRecord): Promise<void> {
  await tx.run(sql`
    update provider_events set outcome = null, handled_at_ms = null
    where payout_id = ${payoutId} and key = ${key} and outcome = 'noted' and record like '%"released":true%'`);
}

/** What was thought of an attempt turned out otherwise, by the provider's own record or by people. */
export async function correctAttempt(
  tx: Tx,
  attempt: AttemptRecord,
  to: { status: 'completed' | 'failed'; reference: string | null; message: string },
): Promise<void> {
  await tx.run(sql`
    update payout_attempts set status = ${to.status}, provider_reference = ${to.reference}, provider_message = ${to.message}
    where id = ${attempt.id} and status <> 'open'`);
}
