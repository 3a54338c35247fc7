/**
 * `getEvents`, as far as anybody here asks: what the claim of a balance leaves behind since CAP-67,
 * a transfer from the balance to whoever took it.
 */
import { Address, type Asset, extractBaseAddress, nativeToScVal, Transaction } from '@stellar/stellar-sdk';
import { z } from 'zod';
import { balanceId } from './claims.ts';
import { isoTime } from './horizon-operations.ts';
import { stroopsOf } from './moving.ts';
import type { StellarNetwork, TransactionRecord } from './network.ts';
import type { AnyOperation } from './operations.ts';
import { keyOfAsset } from './world.ts';

/** Ledgers that the real one looks through for one question. */
const LEDGERS_MAX = 10_000;
const ANY = '*';

export const eventsAsked = z.object({
  startLedger: z.int().min(1),
  endLedger: z.int().optional(),
  filters: z
    .array(
      z.object({
        type: z.string().optional(),
        contractIds: z.array(z.string()).max(5).optional(),
        topics: z.array(z.array(z.string()).max(5)).max(5).optional(),
      }),
    )
    .max(5),
  pagination: z.object({ limit: z.int().min(1).max(10_000).optional() }).optional(),
});
type Asked = z.infer<typeof eventsAsked>;

interface Event {
  readonly contractId: string;
  readonly topic: readonly string[];
  readonly value: string;
  readonly operation: number;
  readonly record: TransactionRecord;
}

export function eventsOf(network: StellarNetwork, { startLedger, endLedger, filters, pagination }: Asked) {
  const latest = network.latest();
  const end = Math.min(endLedger ?? latest.sequence + 1, startLedger + LEDGERS_MAX, latest.sequence + 1);
  const found: Event[] = [];
  for (let sequence = startLedger; sequence < end; sequence += 1) {
    for (const record of network.ledger(sequence)?.transactions ?? []) found.push(...claimsIn(network, record));
  }
  const events = found.filter((event) => filters.length === 0 || filters.some((filter) => isOf(event, filter)));
  return events.slice(0, pagination?.limit ?? 100).map(({ record, operation, ...event }, index) => ({
    ...event,
    id: `${record.ledger}-${record.order}-${operation}-${index}`,
    type: 'contract',
    ledger: record.ledger,
    ledgerClosedAt: isoTime(record.closeTime),
    transactionIndex: record.order,
    operationIndex: operation,
    inSuccessfulContractCall: true,
    txHash: record.hash,
  }));
}

function isOf({ contractId, topic }: Event, { type, contractIds, topics }: Asked['filters'][number]): boolean {
  const fits = (wanted: readonly string[]) =>
    wanted.length === topic.length && wanted.every((part, index) => part === ANY || part === topic[index]);
  return (
    (type === undefined || type === 'contract') &&
    (contractIds === undefined || contractIds.includes(contractId)) &&
    (topics === undefined || topics.some(fits))
  );
}

function claimsIn(network: StellarNetwork, record: TransactionRecord): Event[] {
  if (!record.isSuccess) return [];
  return operationsOf(record).flatMap(({ operation, from, index }) => {
    if (operation.type !== 'claimClaimableBalance') return [];
    const made = madeAs(network, operation.balanceId);
    if (!made) return [];
    const balance = Address.claimableBalance(Buffer.from(operation.balanceId.slice(6), 'hex'));
    const topic = [
      nativeToScVal('transfer', { type: 'symbol' }),
      balance.toScVal(),
      new Address(from).toScVal(),
      nativeToScVal(made.asset.isNative() ? 'native' : keyOfAsset(made.asset)),
    ];
    return [
      {
        contractId: made.asset.contractId(network.passphrase),
        topic: topic.map((part) => part.toXDR('base64')),
        value: nativeToScVal(stroopsOf(made.amount), { type: 'i128' }).toXDR('base64'),
        operation: index,
        record,
      },
    ];
  });
}

/** The operation that made it; its id follows from where that stood. */
function madeAs(network: StellarNetwork, id: string): { readonly asset: Asset; readonly amount: string } | null {
  for (const { transactions } of network.ledgers) {
    for (const record of transactions) {
      for (const { operation, place, index } of operationsOf(record)) {
        if (operation.type !== 'createClaimableBalance') continue;
        if (balanceId({ ...place, index }).toXDR('hex') === id)
          return { ...operation, asset: operation.asset as Asset };
      }
    }
  }
  return null;
}

interface Stood {
  readonly operation: AnyOperation;
  /** Who acts, and who sent it. */
  readonly from: string;
  readonly place: { readonly source: string; readonly sequence: bigint };
  readonly index: number;
}

function operationsOf({ transaction }: TransactionRecord): readonly Stood[] {
  const inner = transaction instanceof Transaction ? transaction : transaction.innerTransaction;
  const source = extractBaseAddress(inner.source);
  return inner.operations.map((operation, index) => ({
    operation,
    from: extractBaseAddress(operation.source ?? inner.source),
    place: { source, sequence: BigInt(inner.sequence) },
    index,
  }));
}
