/** Holds the bytes that would be signed against the payments that were approved, one by one. */
import { type Memo as KitMemo, Transaction, TransactionBuilder } from '@stellar/stellar-sdk';
import type { ChainPayment, TransactionOrder } from '../../../core/rails/chain.ts';
import { kitMemo, stellarAmount } from './build.ts';
import { chainAsset, isSameAsset } from './chain-assets.ts';
import { malformedTransaction } from './errors.ts';

export type Expected = Pick<TransactionOrder, 'source' | 'sequence' | 'payments' | 'maxTimeS'>;

/** Names the first thing in which they differ; null where nothing does. */
export function differenceFrom(envelope: string, expected: Expected, networkPassphrase: string): string | null {
  const transaction = read(envelope, networkPassphrase);
  if (!(transaction instanceof Transaction)) return 'fee_bump';
  if (transaction.source !== expected.source) return 'source';
  if (BigInt(transaction.sequence) !== expected.sequence) return 'sequence';
  const bounds = transaction.timeBounds;
  if (bounds?.minTime !== '0' || bounds.maxTime !== String(expected.maxTimeS)) return 'time_bounds';
  const { ledgerBounds, minAccountSequence, minAccountSequenceAge, minAccountSequenceLedgerGap, extraSigners } =
    transaction;
  if (ledgerBounds ?? minAccountSequence ?? extraSigners?.length) return 'conditions';
  if ((minAccountSequenceAge ?? 0n) !== 0n || (minAccountSequenceLedgerGap ?? 0) !== 0) return 'conditions';
  if (transaction.operations.length !== expected.payments.length) return 'operations';
  for (const [index, payment] of expected.payments.entries()) {
    const operation = transaction.operations[index];
    const part = operation ? differenceIn(operation, payment) : 'missing';
    if (part !== null) return `operation ${index + 1}: ${part}`;
    if (!sameMemo(transaction.memo, kitMemo(payment.memo))) return 'memo';
  }
  return null;
}

/** What of one operation is another than the payment. */
export function differenceIn(operation: Transaction['operations'][number], payment: ChainPayment): string | null {
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
      const [claimant, ...others] = operation.claimants;
      if (claimant?.destination !== payment.address || others.length > 0) return 'destination';
      if (claimant.predicate.type !== 'claimPredicateUnconditional') return 'predicate';
      if (!isSameAsset(chainAsset(operation.asset), payment.asset)) return 'asset';
      return operation.amount === amount ? null : 'amount';
    }
    default:
      return 'type';
  }
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

/** What is hashed and signed, and what a device is given. */
export function signedBytesOf(envelope: string, networkPassphrase: string): Uint8Array {
  return read(envelope, networkPassphrase).signatureBase();
}
