/** Each operation in a sentence, with addresses and amounts in full: nothing is cut short here. */
import { Address, StrKey, type xdr } from '@stellar/stellar-sdk/base';

export interface DecodedOperation {
  /** The network's own name for it. */
  readonly type: xdr.OperationBody['type'];
  /** Null when the transaction's source acts. */
  readonly source: string | null;
  readonly words: string;
  /** What a plain payment or a new account's first balance moves. */
  readonly transfer: Transfer | null;
  /** All that it says, as the network's own JSON has it. */
  readonly detail: xdr.JsonValue;
}

export interface Transfer {
  readonly destination: string;
  /** `native`, or code and issuer with a hyphen between. */
  readonly asset: string;
  readonly amountMinor: bigint;
}

const DECIMALS = 7;
const LIMIT_MAX = 2n ** 63n - 1n;

export function decodeOperation({ sourceAccount, body }: xdr.Operation): DecodedOperation {
  return {
    type: body.type,
    source: sourceAccount === null ? null : muxedAddress(sourceAccount),
    words: wordsOf(body),
    transfer: transferOf(body),
    detail: body.toJson(),
  };
}

export function muxedAddress(account: xdr.MuxedAccount): string {
  if (account.type === 'keyTypeEd25519') return StrKey.encodeEd25519PublicKey(account.ed25519.value);
  const { ed25519, id } = account.med25519;
  const idBytes = Buffer.alloc(8);
  idBytes.writeBigUInt64BE(id);
  return StrKey.encodeMed25519PublicKey(Buffer.concat([ed25519.value, idBytes]));
}

function transferOf(body: xdr.OperationBody): Transfer | null {
  if (body.type === 'payment') {
    const { destination, asset, amount } = body.paymentOp;
    return { destination: muxedAddress(destination), asset: assetKey(asset), amountMinor: amount };
  }
  if (body.type === 'createAccount') {
    const { destination, startingBalance } = body.createAccountOp;
    return { destination: accountAddress(destination), asset: 'native', amountMinor: startingBalance };
  }
  return null;
}

/** What is rarely seen here is told by its name and everything it says. */
function wordsOf(body: xdr.OperationBody): string {
  switch (body.type) {
    case 'createAccount': {
      const { destination, startingBalance } = body.createAccountOp;
      return `Create account ${accountAddress(destination)} with ${decimal(startingBalance)} XLM`;
    }
    case 'payment': {
      const { destination, asset, amount } = body.paymentOp;
      return `Pay ${worth(amount, asset)} to ${muxedAddress(destination)}`;
    }
    case 'pathPaymentStrictSend': {
      const { sendAmount, sendAsset, destination, destMin, destAsset } = body.pathPaymentStrictSendOp;
      return `Send ${worth(sendAmount, sendAsset)}, so that ${muxedAddress(destination)} gets at least ${worth(destMin, destAsset)}`;
    }
    case 'pathPaymentStrictReceive': {
      const { sendMax, sendAsset, destination, destAmount, destAsset } = body.pathPaymentStrictReceiveOp;
      return `Send at most ${worth(sendMax, sendAsset)}, so that ${muxedAddress(destination)} gets ${worth(destAmount, destAsset)}`;
    }
    case 'createClaimableBalance': {
      const { asset, amount, claimants } = body.createClaimableBalanceOp;
      const whom = claimants.map(({ v0 }) => `${accountAddress(v0.destination)} (${claimableWhen(v0.predicate)})`);
      return `Put ${worth(amount, asset)} aside to be claimed by ${whom.join(' or ')}`;
    }
    case 'changeTrust': {
      const { line, limit } = body.changeTrustOp;
      const whose = line.type === 'assetTypePoolShare' ? plain(line.toJson()) : named(line);
      if (limit === 0n) return `Stop holding ${whose}`;
      return `Be ready to hold ${whose}, ${limit === LIMIT_MAX ? 'however much' : `up to ${decimal(limit)}`}`;
    }
    case 'accountMerge':
      return `Close the account and send all its lumens to ${muxedAddress(body.destination)}`;
    case 'bumpSequence':
      return `Raise the sequence number to ${body.bumpSequenceOp.bumpTo}`;
    case 'endSponsoringFutureReserves':
      return 'End sponsoring future reserves';
    case 'inflation':
      return 'Run inflation';
    case 'invokeHostFunction':
      return contractWords(body.invokeHostFunctionOp);
    default:
      return `${spaced(body.type)}: ${plain(contentOf(body.toJson()))}`;
  }
}

const DAY_S = 86_400n;

/** The two moments that are met here in words; whatever else there is, as it stands in the bytes. */
function claimableWhen(predicate: xdr.ClaimPredicate): string {
  if (predicate.type === 'claimPredicateUnconditional') return 'at any time';
  const before = predicate.type === 'claimPredicateNot' ? predicate.notPredicate : null;
  if (before?.type !== 'claimPredicateBeforeRelativeTime') return plain(predicate.toJson());
  const { relBefore } = before;
  const span = relBefore % DAY_S === 0n ? `${relBefore / DAY_S} days` : `${relBefore} seconds`;
  return `not before ${span} after it was made`;
}

function contractWords({ hostFunction, auth }: xdr.InvokeHostFunctionOp): string {
  return [hostFunctionWords(hostFunction), ...auth.filter(goesFurther).map(authorizationWords)].join('; ');
}

/** Beyond letting the source account make this very call. */
function goesFurther({ credentials, rootInvocation }: xdr.SorobanAuthorizationEntry): boolean {
  return credentials.type !== 'sorobanCredentialsSourceAccount' || rootInvocation.subInvocations.length > 0;
}

function authorizationWords({ credentials, rootInvocation }: xdr.SorobanAuthorizationEntry): string {
  if (credentials.type === 'sorobanCredentialsSourceAccount') {
    return `the source lets it ${rootInvocation.subInvocations.flatMap(inOrder).map(authorizedWords).join('; ')}`;
  }
  const authorized = inOrder(rootInvocation).map(authorizedWords).join('; ');
  return `with ${plain(credentials.toJson())} authorizing it to ${authorized}`;
}

function inOrder(invocation: xdr.SorobanAuthorizedInvocation): readonly xdr.SorobanAuthorizedFunction[] {
  return [invocation.function, ...invocation.subInvocations.flatMap(inOrder)];
}

function authorizedWords(authorized: xdr.SorobanAuthorizedFunction): string {
  return authorized.type === 'sorobanAuthorizedFunctionTypeContractFn'
    ? callWords('call', authorized.contractFn)
    : `${spaced(authorized.type)}: ${plain(authorized.toJson())}`;
}

function callWords(verb: 'Call' | 'call', { contractAddress, functionName, args }: xdr.InvokeContractArgs): string {
  const given = args.map(argument).join(', ');
  return `${verb} ${functionName.toJson()}(${given}) of contract ${Address.fromScAddress(contractAddress).toString()}`;
}

function hostFunctionWords(hostFunction: xdr.HostFunction): string {
  if (hostFunction.type !== 'hostFunctionTypeInvokeContract') {
    return `${spaced(hostFunction.type.replace('hostFunctionType', ''))}: ${plain(hostFunction.toJson())}`;
  }
  return callWords('Call', hostFunction.invokeContract);
}

type PlainAsset = xdr.Asset | Exclude<xdr.ChangeTrustAsset, { type: 'assetTypePoolShare' }>;

function worth(amount: bigint, asset: xdr.Asset): string {
  return `${decimal(amount)} ${named(asset)}`;
}

function named(asset: PlainAsset): string {
  return asset.type === 'assetTypeNative' ? 'XLM' : codeAndIssuer(asset).join(' of ');
}

function assetKey(asset: xdr.Asset): string {
  return asset.type === 'assetTypeNative' ? 'native' : codeAndIssuer(asset).join('-');
}

function codeAndIssuer(asset: Exclude<PlainAsset, { type: 'assetTypeNative' }>): readonly [string, string] {
  const { assetCode, issuer } = asset.type === 'assetTypeCreditAlphanum4' ? asset.alphaNum4 : asset.alphaNum12;
  return [printable(assetCode.value), accountAddress(issuer)];
}

/** A code is letters and digits; whatever else somebody put there is not let loose on a screen. */
function printable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').replace(/\0+$/, '');
  return text.replace(/[^\x20-\x7e]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function accountAddress(key: xdr.PublicKey): string {
  return StrKey.encodeEd25519PublicKey(key.ed25519.value);
}

export function decimal(minor: bigint): string {
  const [sign, digits] = minor < 0n ? ['-', String(-minor)] : ['', String(minor)];
  const padded = digits.padStart(DECIMALS + 1, '0');
  const fraction = padded.slice(-DECIMALS).replace(/0+$/, '');
  return `${sign}${padded.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

function spaced(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The kit puts the name of the operation around what it says. */
function contentOf(json: xdr.JsonValue): xdr.JsonValue {
  return typeof json === 'object' && json !== null ? (Object.values(json)[0] ?? '') : json;
}

/** JSON without the punctuation that only programs need. */
function plain(value: xdr.JsonValue): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${plain(inner)}`)
    .join('; ');
}

/** An argument without the name of its kind, where what it is shows. */
function argument(value: xdr.ScVal): string {
  if (value.type === 'scvVec') return `[${value.vec?.map(argument).join(', ') ?? ''}]`;
  const json = value.toJson();
  const [inner] = typeof json === 'object' && json !== null ? Object.values(json) : [json];
  return inner === undefined || typeof inner === 'object' ? `{${plain(json)}}` : String(inner);
}
