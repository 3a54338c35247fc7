/** Taking a transaction: is it valid now, and what comes of it in a ledger. */
import { extractBaseAddress, FeeBumpTransaction, type Transaction, xdr } from '@stellar/stellar-sdk';
import { type Contracts, type ContractTransfer, costOf, type Invoked } from './contracts.ts';
import { applyOperation } from './operations.ts';
import { operationsAllowed, Signatures } from './signatures.ts';
import { type Account, Draft, reserveOf, type World } from './world.ts';

export const BASE_FEE = 100n;

export type AnyTransaction = Transaction | FeeBumpTransaction;

export interface Moment {
  readonly ledger: number;
  /** Seconds. */
  readonly closeTime: number;
}

type Outcome = xdr.TransactionResultResult;
const said = xdr.TransactionResultResult;

export function innerOf(transaction: AnyTransaction): Transaction {
  return transaction instanceof FeeBumpTransaction ? transaction.innerTransaction : transaction;
}

export function payerOf(transaction: AnyTransaction): string {
  return extractBaseAddress(transaction instanceof FeeBumpTransaction ? transaction.feeSource : transaction.source);
}

/** What contracts of this transaction may cost, as it says itself; null when it calls none. */
export function resourceFeeOf(transaction: AnyTransaction): bigint | null {
  const envelope = innerOf(transaction).toEnvelope();
  if (envelope.type !== 'envelopeTypeTx') return null;
  const { ext } = envelope.v1.tx;
  return ext.type === 'sorobanData' ? ext.sorobanData.resourceFee : null;
}

/** What is bid for each operation, a fee bump counting as one more. */
export function bidOf(transaction: AnyTransaction): bigint {
  const bumped = transaction instanceof FeeBumpTransaction;
  const operations = BigInt(innerOf(transaction).operations.length + (bumped ? 1 : 0));
  return (BigInt(transaction.fee) - (resourceFeeOf(transaction) ?? 0n)) / operations;
}

/** Null when it can wait for a ledger. */
export function refusalOf(world: World, transaction: AnyTransaction, at: Moment): xdr.TransactionResult | null {
  if (!(transaction instanceof FeeBumpTransaction)) {
    const refused = whyNot(world, transaction, at, true);
    return refused ? resultOf(feeOf(transaction), refused) : null;
  }
  if (bidOf(transaction) < BASE_FEE) return resultOf(feeOf(transaction), said.txInsufficientFee());
  const payer = world.accounts.get(payerOf(transaction));
  if (!payer) return resultOf(0n, said.txNoAccount());
  const signatures = new Signatures(transaction.hash(), transaction.signatures);
  if (!signatures.reach(payer, 'low')) return resultOf(feeOf(transaction), said.txBadAuth());
  if (!signatures.allUsed()) return resultOf(feeOf(transaction), said.txBadAuthExtra());
  if (!canPay(payer, BigInt(transaction.fee))) return resultOf(feeOf(transaction), said.txInsufficientBalance());
  const refused = whyNot(world, transaction.innerTransaction, at, false);
  return refused ? bumped(transaction, refused, 0n) : null;
}

export interface Applied {
  readonly result: xdr.TransactionResult;
  readonly isSuccess: boolean;
  readonly returned: xdr.ScVal | null;
  /** What a contract moved. */
  readonly transfers: readonly ContractTransfer[];
}

/** The fee is gone and the sequence number used, whatever comes of the operations. */
export function applyTransaction(
  world: World,
  transaction: AnyTransaction,
  at: Moment & { readonly baseFee: bigint },
  contracts: Contracts,
): Applied {
  const refused = refusalOf(world, transaction, at);
  if (refused) return { result: refused, isSuccess: false, returned: null, transfers: [] };
  const inner = innerOf(transaction);
  const source = extractBaseAddress(inner.source);
  const fee = feeOf(transaction, at.baseFee);
  const paid = new Draft(world, at.ledger, at.closeTime);
  const payer = paid.account(payerOf(transaction));
  const owner = paid.account(source);
  if (!payer || !owner) throw new Error('A transaction was found valid without its accounts');
  payer.balance -= fee;
  owner.sequence = BigInt(inner.sequence);
  paid.commit();

  const draft = new Draft(world, at.ledger, at.closeTime);
  let invoked: Invoked | null = null;
  const results = inner.operations.map((operation, index) =>
    applyOperation(operation, {
      draft,
      transactionSource: inner.source,
      sequence: BigInt(inner.sequence),
      index,
      contracts,
      onReturn: (value) => {
        invoked = value;
      },
    }),
  );
  const isSuccess = results.every(isGood);
  if (isSuccess) draft.commit();
  const outcome = isSuccess ? said.txSuccess(results) : said.txFailed(results);
  const result = transaction instanceof FeeBumpTransaction ? bumped(transaction, outcome, fee) : resultOf(fee, outcome);
  const done = isSuccess ? (invoked as Invoked | null) : null;
  return { result, isSuccess, returned: done?.returned ?? null, transfers: done?.transfers ?? [] };
}

function whyNot(world: World, transaction: Transaction, at: Moment, paysItself: boolean): Outcome | null {
  const { operations, timeBounds } = transaction;
  if (operations.length === 0) return said.txMissingOperation();
  if (operations.length > 100) return said.txMalformed();
  if (timeBounds) {
    if (at.closeTime < Number(timeBounds.minTime)) return said.txTooEarly();
    if (timeBounds.maxTime !== '0' && at.closeTime > Number(timeBounds.maxTime)) return said.txTooLate();
  }
  if (!resourcesSuffice(transaction)) return said.txSorobanInvalid();
  if (paysItself && bidOf(transaction) < BASE_FEE) return said.txInsufficientFee();
  const source = world.accounts.get(extractBaseAddress(transaction.source));
  if (!source) return said.txNoAccount();
  if (BigInt(transaction.sequence) !== source.sequence + 1n) return said.txBadSeq();
  const signatures = new Signatures(transaction.hash(), transaction.signatures);
  if (!signatures.reach(source, 'low')) return said.txBadAuth();
  if (paysItself && !canPay(source, BigInt(transaction.fee))) return said.txInsufficientBalance();
  const allowed = operationsAllowed(world, transaction, signatures);
  if (allowed.includes(false)) {
    // As the network does, all operations are named, those that were allowed as if they had passed.
    return said.txFailed(allowed.map((is) => (is === false ? xdr.OperationResult.opBadAuth() : notReached())));
  }
  return signatures.allUsed() ? null : said.txBadAuthExtra();
}

/** A contract call stands alone and says what it may cost; nothing else does. */
function resourcesSuffice(transaction: Transaction): boolean {
  const offered = resourceFeeOf(transaction);
  const { operations } = transaction;
  const call = operations.find((operation) => operation.type === 'invokeHostFunction');
  if (!call) return offered === null;
  if (operations.length > 1 || offered === null) return false;
  if (writesOf(transaction) > CALL_WRITES_MAX) return false;
  return call.func.type !== 'hostFunctionTypeInvokeContract' || offered >= costOf(call.func.invokeContract);
}

/** How many entries one call may write, on this network. */
export const CALL_WRITES_MAX = 100;

function writesOf(transaction: Transaction): number {
  const envelope = transaction.toEnvelope();
  if (envelope.type !== 'envelopeTypeTx' || envelope.v1.tx.ext.type !== 'sorobanData') return 0;
  return envelope.v1.tx.ext.sorobanData.resources.footprint.readWrite.length;
}

/** What is charged: what every operation of its ledger costs, and all that contracts may use. */
function feeOf(transaction: AnyTransaction, baseFee = BASE_FEE): bigint {
  const operations = innerOf(transaction).operations.length + (transaction instanceof FeeBumpTransaction ? 1 : 0);
  return baseFee * BigInt(operations) + (resourceFeeOf(transaction) ?? 0n);
}

function canPay(account: Account, fee: bigint): boolean {
  return account.balance - fee >= reserveOf(account);
}

function isGood(result: xdr.OperationResult): boolean {
  if (result.type !== 'opInner') return false;
  const { tr } = result;
  const value = Object.values(tr).find((part): part is { type: string } => typeof part === 'object' && part !== null);
  return value?.type.endsWith('Success') ?? false;
}

function notReached(): xdr.OperationResult {
  return xdr.OperationResult.opInner(xdr.OperationResultTr.payment(xdr.PaymentResult.paymentSuccess()));
}

function resultOf(feeCharged: bigint, result: Outcome): xdr.TransactionResult {
  return new xdr.TransactionResult({ feeCharged, result, ext: xdr.TransactionResultExt.v0() });
}

function bumped(transaction: FeeBumpTransaction, outcome: Outcome, feeCharged: bigint): xdr.TransactionResult {
  const pair = new xdr.InnerTransactionResultPair({
    transactionHash: transaction.innerTransaction.hash(),
    result: new xdr.InnerTransactionResult({
      feeCharged: 0n,
      result: xdr.InnerTransactionResultResult.fromXDR(outcome.toXDR()),
      ext: xdr.InnerTransactionResultExt.v0(),
    }),
  });
  const isSuccess = outcome.type === 'txSuccess';
  return resultOf(feeCharged, isSuccess ? said.txFeeBumpInnerSuccess(pair) : said.txFeeBumpInnerFailed(pair));
}
