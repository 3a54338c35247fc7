/** Builds the transaction that pays: exactly these payments, in this order, and nothing else. */
import {
  Account,
  Asset,
  Claimant,
  type FeeBumpTransaction,
  Memo as KitMemo,
  Operation,
  StrKey,
  Transaction,
  TransactionBuilder,
} from '@stellar/stellar-sdk';
import type { Memo } from '../../../core/contract/payees.ts';
import { invariant } from '../../../core/errors/refusal.ts';
import { formatDecimal } from '../../../core/money/minor.ts';
import type { BuiltTransaction, ChainPayment, TransactionOrder } from '../../../core/rails/chain.ts';
import { kitAsset } from './chain-assets.ts';
import { callIn, callOperation, resourcesOf } from './contract-call.ts';

export const STELLAR_SCALE = 7;

export function buildPayments(order: TransactionOrder, networkPassphrase: string): BuiltTransaction {
  const { source, sequence, payments, reclaims, feePerOperation, maxTimeS } = order;
  const count = payments.length + reclaims.length;
  invariant(count > 0 && count <= 100, 'a transaction has between 1 and 100 operations');
  invariant(payments.length === 0 || reclaims.length === 0, 'what takes back pays nobody');
  const builder = new TransactionBuilder(new Account(source, String(sequence - 1n)), {
    fee: String(feePerOperation),
    networkPassphrase,
    memo: kitMemo(sharedMemo(payments)),
    // An end and no beginning: a ledger's time may be a little behind ours.
    timebounds: { minTime: 0, maxTime: maxTimeS },
  });
  const call = callIn(source, payments, networkPassphrase);
  if (call) {
    invariant(order.needs, 'a contract call was tried out before it is built');
    builder.addOperation(callOperation(call, order.needs.authorizations)).setSorobanData(resourcesOf(order.needs));
    return describe(builder.build());
  }
  for (const payment of payments) builder.addOperation(operationOf(payment, source));
  for (const balanceId of reclaims) builder.addOperation(Operation.claimClaimableBalance({ balanceId }));
  return describe(builder.build());
}

/** Replaces what waits too long: the same inner transaction, paid for by another, at a higher bid. */
export function buildFeeBump(
  signedEnvelope: string,
  feeSource: string,
  feePerOperation: bigint,
  networkPassphrase: string,
): BuiltTransaction {
  const inner = TransactionBuilder.fromXDR(signedEnvelope, networkPassphrase);
  invariant(inner instanceof Transaction, 'a fee bump wraps a plain transaction');
  return describe(
    TransactionBuilder.buildFeeBumpTransaction(feeSource, String(feePerOperation), inner, networkPassphrase),
  );
}

export function describe(transaction: Transaction | FeeBumpTransaction): BuiltTransaction {
  return {
    resourceFeeMinor: resourceFeeOf(transaction),
    signedBytes: transaction.signatureBase().length,
    hash: Buffer.from(transaction.hash()).toString('hex'),
    envelope: transaction.toEnvelope().toXDR('base64'),
    feeMinor: BigInt(transaction.fee),
  };
}

/** The part of the fee that a contract call's resources take. */
function resourceFeeOf(transaction: Transaction | FeeBumpTransaction): bigint {
  const inner = transaction instanceof Transaction ? transaction : transaction.innerTransaction;
  const envelope = inner.toEnvelope();
  const ext = envelope.type === 'envelopeTypeTx' ? envelope.v1.tx.ext : null;
  return ext?.type === 'sorobanData' ? ext.sorobanData.resourceFee : 0n;
}

/** Stellar's own notation: every one of its seven decimals. */
export const stellarAmount = (stroops: bigint) => formatDecimal(stroops, STELLAR_SCALE);

/** A transaction has one memo, which every payment in it must want. */
function sharedMemo(payments: readonly ChainPayment[]): Memo | null {
  const [first] = payments;
  invariant(
    payments.every(({ memo }) => memo?.type === first?.memo?.type && memo?.value === first?.memo?.value),
    'payments of one transaction share its memo',
  );
  return first?.memo ?? null;
}

export function kitMemo(memo: Memo | null): KitMemo {
  switch (memo?.type) {
    case undefined:
      return KitMemo.none();
    case 'text':
      return KitMemo.text(memo.value);
    case 'id':
      return KitMemo.id(memo.value);
    case 'hash':
      return KitMemo.hash(memo.value);
    case 'return':
      return KitMemo.return(memo.value);
  }
}

/** The payee at once; whoever set it aside when the payee had their time. */
function claimantsOf({ address, reclaimAfterS }: ChainPayment, source: string): Claimant[] {
  invariant(reclaimAfterS !== null, 'a claimable balance says from when it can be taken back');
  const before = Claimant.predicateBeforeRelativeTime(String(reclaimAfterS));
  return [new Claimant(address), new Claimant(source, Claimant.predicateNot(before))];
}

/** Whose address it is makes no address longer. */
const ANYBODY = StrKey.encodeEd25519PublicKey(Buffer.alloc(32));

/** How much of a transaction's bytes the payment takes: more with a longer code, to a muxed address, or to be claimed. */
export function operationBytes(payment: ChainPayment): number {
  return operationOf(payment, ANYBODY).toXDR().length;
}

function operationOf(payment: ChainPayment, source: string) {
  const amount = stellarAmount(payment.amountMinor);
  const asset = kitAsset(payment.asset);
  switch (payment.method) {
    case 'payment':
      return Operation.payment({ destination: payment.address, asset, amount });
    case 'create_account':
      invariant(asset.equals(Asset.native()), 'an account is created with the network’s own asset');
      return Operation.createAccount({ destination: payment.address, startingBalance: amount });
    case 'claimable_balance':
      return Operation.createClaimableBalance({ asset, amount, claimants: claimantsOf(payment, source) });
    case 'contract_call':
      throw new Error('What a contract pays is no operation of its own');
  }
}
