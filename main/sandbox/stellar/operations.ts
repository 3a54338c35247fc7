/** Each kind of operation, applied to a draft. Kinds nobody here uses are `opNotSupported`. */
import { type Asset, extractBaseAddress, type Operation, xdr } from '@stellar/stellar-sdk';
import { claimBalance, createClaimable } from './claims.ts';
import { type Contracts, type Invoked, invokeContract, Trapped } from './contracts.ts';
import { move, stroopsOf } from './moving.ts';
import * as results from './results.ts';
import { type Account, type Draft, INT64_MAX, keyOfAsset, newAccount, reserveOf } from './world.ts';

export type AnyOperation = ReturnType<typeof Operation.fromXDRObject>;
type Of<Type extends AnyOperation['type']> = Extract<AnyOperation, { type: Type }>;

export interface OperationPlace {
  readonly draft: Draft;
  /** Whose transaction it is; an operation may have a source of its own. */
  readonly transactionSource: string;
  readonly sequence: bigint;
  readonly index: number;
  readonly contracts: Contracts;
  /** Told what a contract call returned and moved. */
  readonly onReturn: (invoked: Invoked) => void;
}

export function sourceOf(operation: AnyOperation, transactionSource: string): string {
  return extractBaseAddress(operation.source ?? transactionSource);
}

export function applyOperation(operation: AnyOperation, place: OperationPlace): xdr.OperationResult {
  const { draft } = place;
  const source = draft.account(sourceOf(operation, place.transactionSource));
  if (!source) return xdr.OperationResult.opNoAccount();
  switch (operation.type) {
    case 'payment':
      return pay(draft, source, operation);
    case 'createAccount':
      return create(draft, source, operation);
    case 'changeTrust':
      return trust(draft, source, operation);
    case 'setOptions':
      return setOptions(source, operation as Of<'setOptions'>);
    case 'setTrustLineFlags':
      return authorize(draft, source, operation);
    case 'manageData':
      return keepData(source, operation);
    case 'bumpSequence': {
      const to = BigInt(operation.bumpTo);
      if (to > source.sequence) source.sequence = to;
      return results.bumpSequence.success();
    }
    case 'createClaimableBalance':
      return createClaimable(draft, source, operation, {
        source: extractBaseAddress(place.transactionSource),
        sequence: place.sequence,
        index: place.index,
      });
    case 'claimClaimableBalance':
      return claimBalance(draft, source, operation.balanceId);
    case 'invokeHostFunction':
      return invoke(source, operation, place);
    default:
      return xdr.OperationResult.opNotSupported();
  }
}

function pay(draft: Draft, source: Account, { destination, asset, amount }: Of<'payment'>): xdr.OperationResult {
  switch (move(draft, source, extractBaseAddress(destination), asset, stroopsOf(amount))) {
    case null:
      return results.payment.success();
    case 'underfunded':
      return results.payment.underfunded();
    case 'source_no_trust':
      return results.payment.sourceNoTrust();
    case 'source_not_authorized':
      return results.payment.sourceNotAuthorized();
    case 'no_destination':
      return results.payment.noDestination();
    case 'no_trust':
      return results.payment.noTrust();
    case 'not_authorized':
      return results.payment.notAuthorized();
    case 'line_full':
      return results.payment.lineFull();
  }
}

function create(draft: Draft, source: Account, operation: Of<'createAccount'>): xdr.OperationResult {
  const { destination } = operation;
  const amount = stroopsOf(operation.startingBalance);
  if (draft.account(destination)) return results.createAccount.alreadyExists();
  // A new account begins at the ledger's number, so that no old sequence can be used again.
  const account = newAccount(destination, amount, BigInt(draft.ledger) << 32n);
  if (amount < reserveOf(account)) return results.createAccount.lowReserve();
  if (source.balance - amount < reserveOf(source)) return results.createAccount.underfunded();
  source.balance -= amount;
  draft.addAccount(account);
  return results.createAccount.success();
}

function trust(draft: Draft, source: Account, { line, limit }: Of<'changeTrust'>): xdr.OperationResult {
  const asset = line as Asset;
  if (!('issuer' in asset) || asset.isNative()) return results.changeTrust.malformed();
  const key = keyOfAsset(asset);
  const max = stroopsOf(limit);
  const issuer = draft.account(asset.getIssuer() ?? '');
  const known = source.trustlines.get(key);
  if (known) {
    if (max < known.balance) return results.changeTrust.invalidLimit();
    if (max === 0n) source.trustlines.delete(key);
    else known.limit = max;
    return results.changeTrust.success();
  }
  if (max === 0n || max > INT64_MAX) return results.changeTrust.invalidLimit();
  if (!issuer) return results.changeTrust.noIssuer();
  if (source.balance < reserveOf(source, 1)) return results.changeTrust.lowReserve();
  source.trustlines.set(key, { balance: 0n, limit: max, authorized: (issuer.flags & 1) === 0 });
  return results.changeTrust.success();
}

function setOptions(source: Account, operation: Of<'setOptions'>): xdr.OperationResult {
  const { masterWeight, lowThreshold, medThreshold, highThreshold, setFlags, clearFlags, homeDomain } = operation;
  const { thresholds } = source;
  if (masterWeight !== undefined) thresholds.master = masterWeight;
  if (lowThreshold !== undefined) thresholds.low = lowThreshold;
  if (medThreshold !== undefined) thresholds.medium = medThreshold;
  if (highThreshold !== undefined) thresholds.high = highThreshold;
  if (setFlags !== undefined) source.flags |= setFlags;
  if (clearFlags !== undefined) source.flags &= ~clearFlags;
  if (homeDomain !== undefined) source.homeDomain = homeDomain;
  const signer = operation.signer as { ed25519PublicKey?: string; weight?: number } | undefined;
  if (!signer) return results.setOptions.success();
  const key = signer.ed25519PublicKey;
  if (key === undefined || key === source.id) return results.setOptions.badSigner();
  const weight = signer.weight ?? 0;
  if (weight === 0) source.signers.delete(key);
  else {
    if (!source.signers.has(key) && source.balance < reserveOf(source, 1)) return results.setOptions.lowReserve();
    source.signers.set(key, weight);
  }
  return results.setOptions.success();
}

function authorize(draft: Draft, source: Account, operation: Of<'setTrustLineFlags'>): xdr.OperationResult {
  const line = draft.account(operation.trustor)?.trustlines.get(keyOfAsset(operation.asset));
  if (!line || operation.asset.getIssuer() !== source.id) return results.setTrustLineFlags.noTrustLine();
  if (operation.flags.authorized !== undefined) line.authorized = operation.flags.authorized;
  return results.setTrustLineFlags.success();
}

function keepData(source: Account, { name, value }: Of<'manageData'>): xdr.OperationResult {
  if (value === undefined || value === null) {
    return source.data.delete(name) ? results.manageData.success() : results.manageData.nameNotFound();
  }
  if (!source.data.has(name) && source.balance < reserveOf(source, 1)) return results.manageData.lowReserve();
  source.data.set(name, Buffer.from(value));
  return results.manageData.success();
}

function invoke(source: Account, { func }: Of<'invokeHostFunction'>, place: OperationPlace): xdr.OperationResult {
  if (func.type !== 'hostFunctionTypeInvokeContract') return xdr.OperationResult.opNotSupported();
  try {
    place.onReturn(invokeContract(place.draft, source.id, func.invokeContract, place.contracts));
    return results.invoke.success(Buffer.alloc(32, 1));
  } catch (error) {
    if (error instanceof Trapped) return results.invoke.trapped();
    throw error;
  }
}
