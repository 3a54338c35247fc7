/**
 * The network as Soroban RPC shows it: JSON-RPC over one path, with a history that reaches back
 * only so far.
 */
import { type Transaction, xdr } from '@stellar/stellar-sdk';
import { z } from 'zod';
import type { Fault } from '../faults/rules.ts';
import { closeMetaOf, entryOf, headerOf, metaOf, PROTOCOL } from './entries.ts';
import type { LedgerRecord, StellarNetwork, TransactionRecord } from './network.ts';
import { eventsAsked, eventsOf } from './rpc-events.ts';
import { simulate } from './simulate.ts';
import { BASE_FEE } from './transactions.ts';

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]),
  method: z.string().regex(/^[A-Za-z]{1,40}$/),
  params: z.unknown(),
});

export interface RpcSurroundings {
  readonly network: StellarNetwork;
  /** How many ledgers back it remembers. */
  readonly retention: number;
  readonly friendbotUrl: string;
}

/** What befell this call is told, as some of it shows in the answer. */
export function answerRpc(around: RpcSurroundings, method: string, params: unknown, fault: Fault | null): unknown {
  const { network } = around;
  if (fault?.kind === 'raise_fee') network.raiseFee(BigInt(fault.stroops), fault.ms);
  const latest = network.latest();
  const oldest = oldestOf(around, fault);
  switch (method) {
    case 'getHealth':
      return {
        status: 'healthy',
        latestLedger: latest.sequence,
        oldestLedger: oldest.sequence,
        ledgerRetentionWindow: around.retention,
      };
    case 'getNetwork':
      return { friendbotUrl: around.friendbotUrl, passphrase: network.passphrase, protocolVersion: String(PROTOCOL) };
    case 'getVersionInfo':
      return {
        version: 'sandbox',
        commitHash: '',
        buildTimestamp: '',
        captiveCoreVersion: '',
        protocolVersion: PROTOCOL,
      };
    case 'getLatestLedger':
      return {
        id: latest.hash,
        sequence: latest.sequence,
        protocolVersion: PROTOCOL,
        closeTime: String(latest.closeTime),
        headerXdr: headerOf(latest).toXDR('base64'),
        metadataXdr: closeMetaOf(latest).toXDR('base64'),
      };
    case 'getFeeStats':
      return feeStats(network);
    case 'getLedgerEntries':
      return ledgerEntries(network, z.object({ keys: z.array(z.string()).min(1).max(200) }).parse(params).keys);
    case 'getTransaction':
      return transactionAnswer(network, z.object({ hash: hashText }).parse(params).hash, oldest);
    case 'getTransactions':
      return transactions(network, pageOf.parse(params), oldest);
    case 'getEvents': {
      const asked = eventsAsked.parse(params);
      refuseOutside(asked.startLedger, oldest, latest);
      const reach = {
        latestLedger: latest.sequence,
        oldestLedger: oldest.sequence,
        latestLedgerCloseTime: String(latest.closeTime),
        oldestLedgerCloseTime: String(oldest.closeTime),
      };
      return { events: eventsOf(network, asked), cursor: String(BigInt(latest.sequence + 1) << 32n), ...reach };
    }
    case 'sendTransaction':
      return send(network, z.object({ transaction: z.string().max(1_400_000) }).parse(params).transaction, fault);
    case 'simulateTransaction': {
      const read = network.read(z.object({ transaction: z.string().max(1_400_000) }).parse(params).transaction);
      return simulate(network, read as Transaction);
    }
    default:
      throw new RpcError(-32601, `method not found: ${method}`);
  }
}

const hashText = z.string().regex(/^[0-9a-f]{64}$/);
const pageOf = z.object({
  startLedger: z.int().optional(),
  pagination: z
    .object({
      cursor: z
        .string()
        .regex(/^\d{1,19}$/)
        .optional(),
      limit: z.int().min(1).max(200).optional(),
    })
    .optional(),
});

function oldestOf({ network, retention }: RpcSurroundings, fault: Fault | null): LedgerRecord {
  const kept = fault?.kind === 'forget_history' ? fault.keepLedgers : retention;
  const from = Math.max(0, network.ledgers.length - kept);
  return network.ledgers[from] ?? network.latest();
}

function ledgerEntries(network: StellarNetwork, keys: readonly string[]) {
  const entries = keys.flatMap((text) => {
    const entry = entryOf(network, xdr.LedgerKey.fromXDR(text, 'base64'));
    if (!entry) return [];
    return [{ key: text, xdr: entry.data.toXDR('base64'), lastModifiedLedgerSeq: entry.modifiedIn }];
  });
  return { entries, latestLedger: network.latest().sequence };
}

function transactionAnswer(network: StellarNetwork, hash: string, oldest: LedgerRecord) {
  const latest = network.latest();
  const reach = {
    txHash: hash,
    latestLedger: latest.sequence,
    latestLedgerCloseTime: String(latest.closeTime),
    oldestLedger: oldest.sequence,
    oldestLedgerCloseTime: String(oldest.closeTime),
  };
  const record = network.find(hash);
  if (!record || record.ledger < oldest.sequence) return { ...reach, status: 'NOT_FOUND' };
  return { ...reach, ...infoOf(record), createdAt: String(record.closeTime) };
}

function infoOf(record: TransactionRecord) {
  return {
    status: record.isSuccess ? 'SUCCESS' : 'FAILED',
    txHash: record.hash,
    applicationOrder: record.order,
    feeBump: record.innerHash !== null,
    envelopeXdr: record.envelope,
    resultXdr: record.result.toXDR('base64'),
    resultMetaXdr: metaOf(record).toXDR('base64'),
    ledger: record.ledger,
    events: { transactionEventsXdr: [], contractEventsXdr: [] },
  };
}

/** The cursor is the ledger and the order in it, as one number. */
function transactions(
  network: StellarNetwork,
  { startLedger, pagination }: z.infer<typeof pageOf>,
  oldest: LedgerRecord,
) {
  const limit = pagination?.limit ?? 50;
  const cursor = pagination?.cursor === undefined ? null : BigInt(pagination.cursor);
  const from = cursor === null ? (startLedger ?? 0) : Number(cursor >> 32n);
  const latest = network.latest();
  refuseOutside(from, oldest, latest);
  const found: TransactionRecord[] = [];
  for (let sequence = from; sequence <= latest.sequence && found.length < limit; sequence += 1) {
    for (const record of network.ledger(sequence)?.transactions ?? []) {
      if (found.length < limit && (cursor === null || placeOf(record) > cursor)) found.push(record);
    }
  }
  const last = found.at(-1);
  return {
    transactions: found.map((record) => ({ ...infoOf(record), createdAt: record.closeTime })),
    latestLedger: latest.sequence,
    latestLedgerCloseTimestamp: latest.closeTime,
    oldestLedger: oldest.sequence,
    oldestLedgerCloseTimestamp: oldest.closeTime,
    cursor: String(last ? placeOf(last) : BigInt(latest.sequence + 1) << 32n),
  };
}

function refuseOutside(from: number, oldest: LedgerRecord, latest: LedgerRecord): void {
  if (from >= oldest.sequence && from <= latest.sequence + 1) return;
  throw new RpcError(-32600, `start is before oldest ledger ${oldest.sequence} or after the latest ${latest.sequence}`);
}

function placeOf({ ledger, order }: TransactionRecord): bigint {
  return (BigInt(ledger) << 32n) | (BigInt(order) << 12n);
}

function send(network: StellarNetwork, envelope: string, fault: Fault | null) {
  const latest = network.latest();
  const at = { latestLedger: latest.sequence, latestLedgerCloseTime: String(latest.closeTime) };
  if (fault?.kind === 'contradict') {
    // Taken, and said to be refused for now.
    const { hash } = network.submit(envelope);
    return { ...at, hash, status: 'TRY_AGAIN_LATER' };
  }
  const submitted = network.submit(envelope);
  if (fault?.kind === 'fail_late') network.forgetWaiting();
  if (submitted.status !== 'ERROR') return { ...at, ...submitted };
  return { ...at, hash: submitted.hash, status: 'ERROR', errorResultXdr: submitted.result.toXDR('base64') };
}

function feeStats(network: StellarNetwork) {
  const fee = String(network.surgeFee());
  const spread = {
    max: fee,
    min: String(BASE_FEE),
    mode: fee,
    p10: fee,
    p20: fee,
    p30: fee,
    p40: fee,
    p50: fee,
    p60: fee,
    p70: fee,
    p80: fee,
    p90: fee,
    p95: fee,
    p99: fee,
    transactionCount: '10',
    ledgerCount: 50,
  };
  return { sorobanInclusionFee: spread, inclusionFee: spread, latestLedger: network.latest().sequence };
}
