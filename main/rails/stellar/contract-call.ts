/** The one call that makes several payments: its arguments, in the order in which they are described. */
import { Address, nativeToScVal, Operation, xdr } from '@stellar/stellar-sdk';
import { type CallArgument, type CallTerms, paysMany } from '../../../core/contract/contract-calls.ts';
import { invariant } from '../../../core/errors/refusal.ts';
import type { CallNeeds, ChainPayment } from '../../../core/rails/chain.ts';
import { kitAsset } from './chain-assets.ts';

/** What is described cannot be made of these payments: a reference that is no symbol, an address that is none. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument';
}

export interface Call {
  readonly terms: CallTerms;
  readonly source: string;
  readonly payments: readonly ChainPayment[];
  readonly networkPassphrase: string;
}

/** Null where they are no contract call. All of one call have its terms, and one asset. */
export function callIn(source: string, payments: readonly ChainPayment[], networkPassphrase: string): Call | null {
  const terms = payments[0]?.call ?? null;
  if (terms === null) return null;
  invariant(payments.length === 1 || paysMany(terms), 'a call that pays one payee pays one');
  return { terms, source, payments, networkPassphrase };
}

/** The contract that the network keeps of every asset. */
export function tokenOf({ payments, networkPassphrase }: Pick<Call, 'payments' | 'networkPassphrase'>): string {
  const [first] = payments;
  invariant(first, 'a call pays somebody');
  return kitAsset(first.asset).contractId(networkPassphrase);
}

export function callOperation(call: Call, authorizations: readonly string[] = []): xdr.Operation {
  const { contract, method } = call.terms;
  return Operation.invokeContractFunction({
    contract,
    function: method,
    args: argumentsOf(call),
    auth: authorizations.map((text) => xdr.SorobanAuthorizationEntry.fromXDR(text, 'base64')),
  });
}

/** With what its trial said it needs, at the price that it may take. */
export function resourcesOf({ data, resourceFeeMinor }: CallNeeds): xdr.SorobanTransactionData {
  const told = xdr.SorobanTransactionData.fromXDR(data, 'base64');
  return new xdr.SorobanTransactionData({ ext: told.ext, resources: told.resources, resourceFee: resourceFeeMinor });
}

export function argumentsOf(call: Call): xdr.ScVal[] {
  return call.terms.arguments.map((argument) => {
    try {
      return scValueOf(argument, call);
    } catch (error) {
      throw new BadArgument(`${argument.from}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function scValueOf(argument: CallArgument, call: Call): xdr.ScVal {
  const { source, payments } = call;
  const one = () => {
    const [first] = payments;
    invariant(first, 'a call pays somebody');
    return first;
  };
  switch (argument.from) {
    case 'source':
      return address(source);
    case 'token':
      return address(tokenOf(call));
    case 'recipients':
      return xdr.ScVal.scvVec(payments.map((payment) => address(payment.address)));
    case 'amounts':
      return xdr.ScVal.scvVec(payments.map(({ amountMinor }) => scalar(itemOf(argument.type), String(amountMinor))));
    case 'references':
      return xdr.ScVal.scvVec(payments.map(({ reference }) => text(itemOf(argument.type), reference)));
    case 'recipient':
      return address(one().address);
    case 'amount':
      return scalar(argument.type, String(one().amountMinor));
    case 'reference':
      return text(argument.type, one().reference);
    case 'constant':
      return scalar(argument.type, argument.value);
  }
}

type Item<L> = L extends `list of ${infer I}` ? I : never;
const itemOf = <L extends string>(list: L) => list.slice('list of '.length) as Item<L>;

const address = (of: string) => new Address(of).toScVal();

/** Bytes of what people read, as they are written down. */
function text(type: 'string' | 'symbol' | 'bytes', value: string): xdr.ScVal {
  return type === 'bytes' ? xdr.ScVal.scvBytes(Buffer.from(value, 'utf8')) : scalar(type, value);
}

const WHOLE = /^-?\d{1,40}$/;
const SYMBOL = /^[a-zA-Z0-9_]{1,32}$/;

type Scalar = Extract<CallArgument, { from: 'constant' }>['type'];

function scalar(type: Scalar, value: string): xdr.ScVal {
  switch (type) {
    case 'address':
      return address(value);
    case 'bool':
      if (value !== 'true' && value !== 'false') throw new BadArgument('expected true or false');
      return xdr.ScVal.scvBool(value === 'true');
    case 'string':
      return xdr.ScVal.scvString(value);
    case 'symbol':
      if (!SYMBOL.test(value)) throw new BadArgument('a symbol has up to 32 letters, digits and underscores');
      return xdr.ScVal.scvSymbol(value);
    case 'bytes':
      if (!/^([0-9a-f]{2})*$/i.test(value)) throw new BadArgument('expected bytes in hexadecimal');
      return xdr.ScVal.scvBytes(Buffer.from(value, 'hex'));
    default:
      if (!WHOLE.test(value)) throw new BadArgument('expected a whole number');
      return nativeToScVal(BigInt(value), { type });
  }
}
