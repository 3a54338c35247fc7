/**
 * What the source's signature on a call lets contracts do in its name. It may be no more than the
 * payments that were approved: the call itself, and transfers of the very amounts to the very payees
 * (or of their sum to the contract, which hands it on).
 */
import { Address, scValToBigInt, type xdr } from '@stellar/stellar-sdk';
import { type Call, callOperation, tokenOf } from './contract-call.ts';

/** The first thing that goes further; null where nothing does. */
export function beyondPayments(entries: readonly xdr.SorobanAuthorizationEntry[], call: Call): string | null {
  if (entries.length > 1) return 'more than one authorization';
  const [entry] = entries;
  if (!entry) return null;
  // Another signature than the one on the transaction would be needed, or is in there already.
  if (entry.credentials.type !== 'sorobanCredentialsSourceAccount') return 'an authorization of its own';
  const { function: root, subInvocations } = entry.rootInvocation;
  if (root.type !== 'sorobanAuthorizedFunctionTypeContractFn') return 'another call';
  if (root.contractFn.toXDR('base64') !== invokedBy(callOperation(call))?.toXDR('base64')) return 'another call';
  return beyondTransfers(subInvocations, call);
}

export function invokedBy({ body }: xdr.Operation): xdr.InvokeContractArgs | null {
  if (body.type !== 'invokeHostFunction') return null;
  const { hostFunction } = body.invokeHostFunctionOp;
  return hostFunction.type === 'hostFunctionTypeInvokeContract' ? hostFunction.invokeContract : null;
}

function beyondTransfers(nested: readonly xdr.SorobanAuthorizedInvocation[], call: Call): string | null {
  const token = tokenOf(call);
  const left = new Map<string, bigint>();
  let total = 0n;
  for (const { address, amountMinor } of call.payments) {
    left.set(address, (left.get(address) ?? 0n) + amountMinor);
    total += amountMinor;
  }
  left.set(call.terms.contract, (left.get(call.terms.contract) ?? 0n) + total);
  let allowed = total;
  for (const { function: inner, subInvocations } of nested) {
    if (inner.type !== 'sorobanAuthorizedFunctionTypeContractFn' || subInvocations.length > 0) return 'another call';
    const transfer = transferOf(inner.contractFn);
    if (transfer?.token !== token || transfer.from !== call.source) return 'another call';
    const rest = (left.get(transfer.to) ?? 0n) - transfer.amountMinor;
    allowed -= transfer.amountMinor;
    if (rest < 0n || allowed < 0n) return `a transfer to ${transfer.to}`;
    left.set(transfer.to, rest);
  }
  return null;
}

interface Transfer {
  readonly token: string;
  readonly from: string;
  readonly to: string;
  readonly amountMinor: bigint;
}

function transferOf({ contractAddress, functionName, args }: xdr.InvokeContractArgs): Transfer | null {
  const [from, to, amount, ...more] = args;
  if (String(functionName) !== 'transfer' || more.length > 0) return null;
  if (from?.type !== 'scvAddress' || to?.type !== 'scvAddress' || amount?.type !== 'scvI128') return null;
  const amountMinor = scValToBigInt(amount);
  if (amountMinor <= 0n) return null;
  return {
    token: Address.fromScAddress(contractAddress).toString(),
    from: Address.fromScAddress(from.address).toString(),
    to: Address.fromScAddress(to.address).toString(),
    amountMinor,
  };
}
