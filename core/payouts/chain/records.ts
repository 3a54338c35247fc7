/** The records of transactions, and of the payments in them. */
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { canonical } from '../../canonical/canonical.ts';
import type { ChainMode, ChainPurpose, ChainState } from '../../contract/chain.ts';
import type { CallTerms } from '../../contract/contract-calls.ts';
import type { AttemptId, ChainTransactionId, PayoutId } from '../../ids/ids.ts';
import type { Authority, BuiltTransaction } from '../../rails/chain.ts';
import type { Work } from '../../store/command.ts';
import type { Reader, Tx } from '../../store/tx.ts';
import { type AttemptRecord, attemptsOf } from '../attempts.ts';
import { callOf, callText, getPayout, type PayoutRecord } from '../repository.ts';
import { inFlight, unknownTransaction, wrongState } from './errors.ts';
import type { ChainTables } from './tables.ts';

type Row = Selectable<ChainTables['chain_transactions']>;

export interface ChainRecord {
  readonly id: ChainTransactionId;
  readonly network: string;
  readonly source: string;
  readonly sequence: bigint;
  readonly hash: string;
  readonly mode: ChainMode;
  readonly state: ChainState;
  readonly version: bigint;
  readonly envelope: string;
  readonly signedEnvelope: string | null;
  readonly authority: Authority;
  readonly purpose: ChainPurpose;
  readonly payments: number;
  readonly feeMinor: bigint;
  /** Of a contract call, contained in the fee. */
  readonly resourceFeeMinor: bigint;
  /** The one call that makes all of its payments; null where each is an operation. */
  readonly call: CallTerms | null;
  readonly simulatedAtMs: number | null;
  readonly maxTimeS: bigint;
  readonly ledgerBefore: bigint;
  readonly handedOutAtMs: number | null;
  readonly submissions: bigint;
  readonly ledger: bigint | null;
  readonly feeChargedMinor: bigint | null;
  readonly feeSource: string | null;
  readonly words: string | null;
  readonly builtBy: string;
  readonly builtAtMs: number;
  readonly signedAtMs: number | null;
  readonly submittedAtMs: number | null;
  readonly endedAtMs: number | null;
}

const authority = z.strictObject({
  signers: z.array(z.strictObject({ key: z.string(), weight: z.int() })),
  thresholds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
});

const time = (value: bigint | null) => (value === null ? null : Number(value));

export function transactionFromRow(row: Row): ChainRecord {
  return {
    id: row.id as ChainTransactionId,
    network: row.network,
    source: row.source,
    sequence: row.sequence,
    hash: row.hash,
    mode: row.mode,
    state: row.state,
    version: row.version,
    envelope: row.envelope,
    signedEnvelope: row.signed_envelope,
    authority: authority.parse(JSON.parse(row.authority)),
    purpose: row.purpose,
    payments: Number(row.payments),
    feeMinor: row.fee_minor,
    resourceFeeMinor: row.resource_fee_minor,
    call: callOf(row.call_terms),
    simulatedAtMs: time(row.simulated_at_ms),
    maxTimeS: row.max_time_s,
    ledgerBefore: row.ledger_before,
    handedOutAtMs: time(row.handed_out_at_ms),
    submissions: row.submissions,
    ledger: row.ledger,
    feeChargedMinor: row.fee_charged_minor,
    feeSource: row.fee_source,
    words: row.words,
    builtBy: row.built_by,
    builtAtMs: Number(row.built_at_ms),
    signedAtMs: time(row.signed_at_ms),
    submittedAtMs: time(row.submitted_at_ms),
    endedAtMs: time(row.ended_at_ms),
  };
}

const UNDER_WAY: readonly ChainState[] = ['built', 'signed', 'submitted'];

export const isUnderWay = ({ state }: Pick<ChainRecord, 'state'>) => UNDER_WAY.includes(state);

export async function findTransaction(reader: Reader, id: string): Promise<ChainRecord | null> {
  const row = await reader.db.selectFrom('chain_transactions').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? transactionFromRow(row) : null;
}

export async function getTransaction(reader: Reader, id: string): Promise<ChainRecord> {
  const record = await findTransaction(reader, id);
  if (!record) throw unknownTransaction(id);
  return record;
}

export async function findByHash(reader: Reader, hash: string): Promise<ChainRecord | null> {
  const row = await reader.db.selectFrom('chain_transactions').selectAll().where('hash', '=', hash).executeTakeFirst();
  return row ? transactionFromRow(row) : null;
}

/** Those that have not ended, longest first. */
export async function transactionsUnderWay(
  reader: Reader,
  network: string,
  limit: number,
): Promise<readonly ChainRecord[]> {
  const rows = await reader.db
    .selectFrom('chain_transactions')
    .selectAll()
    .where('network', '=', network)
    .where('state', 'in', UNDER_WAY)
    .orderBy('built_at_ms')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(transactionFromRow);
}

export async function underWayOf(reader: Reader, network: string, source: string): Promise<ChainRecord | null> {
  const row = await reader.db
    .selectFrom('chain_transactions')
    .selectAll()
    .where('network', '=', network)
    .where('source', '=', source)
    .where('state', 'in', UNDER_WAY)
    .executeTakeFirst();
  return row ? transactionFromRow(row) : null;
}

/** The transaction that the payout's latest attempt is in. */
export async function transactionOfPayout(reader: Reader, payoutId: PayoutId): Promise<ChainRecord | null> {
  const [row] = await reader.rows<Row>(sql`
    select t.* from chain_transactions t
      join chain_payments p on p.transaction_id = t.id
      join payout_attempts a on a.id = p.attempt_id
    where p.payout_id = ${payoutId} order by a.number desc limit 1`);
  return row ? transactionFromRow(row) : null;
}

export interface PaymentRecord {
  readonly position: number;
  readonly payout: PayoutRecord;
  readonly attempt: AttemptRecord;
}

export async function paymentsOf(reader: Reader, id: string): Promise<readonly PaymentRecord[]> {
  const rows = await reader.db
    .selectFrom('chain_payments')
    .selectAll()
    .where('transaction_id', '=', id)
    .orderBy('position')
    .execute();
  const payments: PaymentRecord[] = [];
  for (const row of rows) {
    const payout = await getPayout(reader, row.payout_id);
    const attempt = (await attemptsOf(reader, payout.id)).find((one) => one.id === row.attempt_id);
    if (!attempt) throw new Error('A payment of a transaction is an attempt of its payout');
    payments.push({ position: Number(row.position), payout, attempt });
  }
  return payments;
}

/** The operation of a payout, as it is found on the network by. */
export const referenceOf = ({ hash, call }: Pick<ChainRecord, 'hash' | 'call'>, position: number) =>
  // A call is one operation, however many it pays.
  call ? `${hash}:0.${position}` : `${hash}:${position}`;

/** The balances that it takes back, in the order of its operations. */
export async function reclaimsOf(reader: Reader, id: string): Promise<readonly string[]> {
  const rows = await reader.db
    .selectFrom('chain_reclaims')
    .select('balance_id')
    .where('transaction_id', '=', id)
    .orderBy('position')
    .execute();
  return rows.map(({ balance_id }) => balance_id);
}

export interface NewTransaction {
  readonly network: string;
  readonly source: string;
  readonly sequence: bigint;
  readonly mode: ChainMode;
  readonly built: BuiltTransaction;
  readonly call: CallTerms | null;
  readonly authority: Authority;
  readonly maxTimeS: number;
  readonly ledgerBefore: number;
  readonly handedOut: boolean;
  readonly payments: readonly { readonly payoutId: PayoutId; readonly attemptId: AttemptId }[];
  /** Ids of balances that it takes back; then it pays nobody. */
  readonly reclaims: readonly string[];
}

/** Refused when another of its account is under way: two servers may have built at the same time. */
export async function insertTransaction(work: Work, transaction: NewTransaction): Promise<ChainRecord> {
  const { network, source, sequence, mode, built, maxTimeS, ledgerBefore, handedOut, payments, reclaims } = transaction;
  const { signers, thresholds } = transaction.authority;
  const row = await work.tx.write
    .insertInto('chain_transactions')
    .values({
      id: work.ids.next('chainTransaction'),
      network,
      source,
      sequence,
      hash: built.hash,
      mode,
      state: 'built',
      version: 1n,
      envelope: built.envelope,
      signed_envelope: null,
      authority: canonical({
        signers: signers.map(({ key, weight }) => ({ key, weight })),
        thresholds: { low: thresholds.low, medium: thresholds.medium, high: thresholds.high },
      }),
      payments: BigInt(payments.length + reclaims.length),
      purpose: reclaims.length > 0 ? 'reclaim' : 'pay',
      fee_minor: built.feeMinor,
      resource_fee_minor: built.resourceFeeMinor,
      call_terms: callText(transaction.call),
      simulated_at_ms: transaction.call ? BigInt(work.nowMs) : null,
      max_time_s: BigInt(maxTimeS),
      ledger_before: BigInt(ledgerBefore),
      handed_out_at_ms: handedOut ? BigInt(work.nowMs) : null,
      submissions: 0n,
      ledger: null,
      fee_charged_minor: null,
      fee_source: null,
      words: null,
      built_by: work.actor.name,
      built_at_ms: BigInt(work.nowMs),
      signed_at_ms: null,
      submitted_at_ms: null,
      ended_at_ms: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) {
    const other = (await underWayOf(work.tx, network, source)) ?? (await findByHash(work.tx, built.hash));
    if (!other) throw new Error('A transaction was in the way that is not there');
    throw inFlight(other.id, other.state);
  }
  const parts = payments.map(({ payoutId, attemptId }, position) => ({
    transaction_id: row.id,
    position: BigInt(position),
    payout_id: payoutId,
    attempt_id: attemptId,
  }));
  if (parts.length > 0) await work.tx.write.insertInto('chain_payments').values(parts).execute();
  const taken = reclaims.map((balanceId, position) => ({
    transaction_id: row.id,
    position: BigInt(position),
    balance_id: balanceId,
  }));
  if (taken.length > 0) await work.tx.write.insertInto('chain_reclaims').values(taken).execute();
  return transactionFromRow(row);
}

export type ChainChange = Partial<
  Pick<
    Row,
    | 'state'
    | 'signed_envelope'
    | 'simulated_at_ms'
    | 'handed_out_at_ms'
    | 'submissions'
    | 'ledger'
    | 'fee_charged_minor'
    | 'fee_source'
    | 'words'
    | 'signed_at_ms'
    | 'submitted_at_ms'
    | 'ended_at_ms'
  >
>;

/** The one way a transaction changes: guarded by the state and version it was read with. */
export async function changeTransaction(tx: Tx, record: ChainRecord, change: ChainChange): Promise<ChainRecord> {
  const row = await tx.write
    .updateTable('chain_transactions')
    .set({ ...change, version: record.version + 1n })
    .where('id', '=', record.id)
    .where('state', '=', record.state)
    .where('version', '=', record.version)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw wrongState(record.id, (await getTransaction(tx, record.id)).state);
  return transactionFromRow(row);
}
