/** Holds the bytes that would be signed against the payments that were approved, one by one. */
import { type Claimant, type Memo as KitMemo, Transaction, TransactionBuilder } from '@stellar/stellar-sdk';
import { invariant } from '../../../core/errors/refusal.ts';
import { parseDecimal } from '../../../core/money/minor.ts';
import type { BalanceMade, ChainPayment, ExpectedTransaction } from '../../../core/rails/chain.ts';
import { kitMemo, STELLAR_SCALE, stellarAmount } from './build.ts';
import { chainAsset, isSameAsset } from './chain-assets.ts';
import { differenceInCall } from './compare-call.ts';
import { callIn } from './contract-call.ts';
import { malformedTransaction } from './errors.ts';

/** Names the first thing in which they differ; null where nothing does. */
export function differenceFrom(
  envelope: string,
  expected: ExpectedTransaction,
  networkPassphrase: string,
): string | null {
  const transaction = read(envelope, networkPassphrase);
  if (!(transaction instanceof Transaction)) return 'fee_bump';
  const part = differenceInBody(transaction, expected, networkPassphrase);
  return part === null && BigInt(transaction.fee) !== expected.feeMinor ? 'fee' : part;
}

function differenceInBody(
  transaction: Transaction,
  expected: ExpectedTransaction,
  networkPassphrase: string,
): string | null {
  if (transaction.source !== expected.source) return 'source';
  if (BigInt(transaction.sequence) !== expected.sequence) return 'sequence';
  const bounds = transaction.timeBounds;
  if (bounds?.minTime !== '0' || bounds.maxTime !== String(expected.maxTimeS)) return 'time_bounds';
  const { ledgerBounds, minAccountSequence, minAccountSequenceAge, minAccountSequenceLedgerGap, extraSigners } =
    transaction;
  if (ledgerBounds ?? minAccountSequence ?? extraSigners?.length) return 'conditions';
  if ((minAccountSequenceAge ?? 0n) !== 0n || (minAccountSequenceLedgerGap ?? 0) !== 0) return 'conditions';
  const { payments, reclaims } = expected;
  const call = callIn(expected.source, payments, networkPassphrase);
  if (call) return differenceInCall(transaction, call);
  if (transaction.operations.length !== payments.length + reclaims.length) return 'operations';
  for (const [index, payment] of payments.entries()) {
    const operation = transaction.operations[index];
    const part = operation ? differenceIn(operation, payment, expected.source) : 'missing';
    if (part !== null) return `operation ${index + 1}: ${part}`;
    if (!sameMemo(transaction.memo, kitMemo(payment.memo))) return 'memo';
  }
  for (const [index, balanceId] of reclaims.entries()) {
    const operation = transaction.operations[index];
    const part = operation ? differenceInReclaim(operation, balanceId) : 'missing';
    if (part !== null) return `operation ${index + 1}: ${part}`;
    if (!sameMemo(transaction.memo, kitMemo(null))) return 'memo';
  }
  return null;
}

/** What of one operation is another than the payment that the source was to make. */
export function differenceIn(
  operation: Transaction['operations'][number],
  payment: ChainPayment,
  source: string,
): string | null {
  if (operation.source !== undefined) return 'source';
  const amount = stellarAmount(payment.amountMinor);
  switch (operation.type) {
    case 'payment':
      if (payment.method !== 'payment') return 'type';
      if (operation.destination !== payment.address) return 'destination';
      if (!isSameAsset(chainAsset(operation.asset), payment.asset)) return 'asset';
      return operation.amount === amount ? null : 'amount';
    case 'createAccount':
      if (payment.method !== 'create_account') return 'type';
      if (operation.destination !== payment.address) return 'destination';
      if (payment.asset.issuer !== null) return 'asset';
      return operation.startingBalance === amount ? null : 'amount';
    case 'createClaimableBalance': {
      if (payment.method !== 'claimable_balance') return 'type';
      const part = differenceInClaimants(operation.claimants, payment, source);
      if (part !== null) return part;
      if (!isSameAsset(chainAsset(operation.asset), payment.asset)) return 'asset';
      return operation.amount === amount ? null : 'amount';
    }
    default:
      return 'type';
  }
}

function differenceInClaimants(
  claimants: readonly Claimant[],
  { address, reclaimAfterS }: ChainPayment,
  source: string,
): string | null {
  const [payee, treasury, ...others] = claimants;
  if (payee?.destination !== address || treasury?.destination !== source || others.length > 0) return 'destination';
  if (payee.predicate.type !== 'claimPredicateUnconditional') return 'predicate';
  return reclaimAfterS !== null && reclaimAfter(treasury) === BigInt(reclaimAfterS) ? null : 'predicate';
}

export function differenceInReclaim(operation: Transaction['operations'][number], balanceId: string): string | null {
  if (operation.source !== undefined) return 'source';
  if (operation.type !== 'claimClaimableBalance') return 'type';
  return operation.balanceId === balanceId ? null : 'balance';
}

function sameMemo(one: KitMemo, other: KitMemo): boolean {
  return one.toXDRObject().toXDR('base64') === other.toXDRObject().toXDR('base64');
}

function read(envelope: string, networkPassphrase: string) {
  try {
    return TransactionBuilder.fromXDR(envelope, networkPassphrase);
  } catch (error) {
    throw malformedTransaction(error instanceof Error ? error.message : String(error));
  }
}

export function operationsIn(envelope: string, networkPassphrase: string): Transaction['operations'] {
  const transaction = read(envelope, networkPassphrase);
  return transaction instanceof Transaction ? transaction.operations : transaction.innerTransaction.operations;
}

/** What an operation of ours sets aside. Its id follows from who sends it, and when. */
export function balanceIn(envelope: string, position: number, networkPassphrase: string): BalanceMade | null {
  const transaction = read(envelope, networkPassphrase);
  const inner = transaction instanceof Transaction ? transaction : transaction.innerTransaction;
  const operation = inner.operations[position];
  if (operation?.type !== 'createClaimableBalance') return null;
  const reclaimAfterS = reclaimAfter(operation.claimants[1]);
  const amount = parseDecimal(operation.amount, STELLAR_SCALE);
  invariant(reclaimAfterS !== null && amount.ok, 'what is left to be claimed is left as it was ordered');
  return {
    id: inner.getClaimableBalanceId(position),
    asset: chainAsset(operation.asset),
    amountMinor: amount.minor,
    reclaimAfterS: Number(reclaimAfterS),
  };
}

/** How long whoever set it aside has to wait; null where that is not what is said. */
function reclaimAfter(treasury: Claimant | undefined): bigint | null {
  const predicate = treasury?.predicate;
  const before = predicate?.type === 'claimPredicateNot' ? predicate.notPredicate : null;
  return before?.type === 'claimPredicateBeforeRelativeTime' ? before.relBefore : null;
}

/** What is hashed and signed, and what a device is given. */
export function signedBytesOf(envelope: string, networkPassphrase: string): Uint8Array {
  return read(envelope, networkPassphrase).signatureBase();
}
