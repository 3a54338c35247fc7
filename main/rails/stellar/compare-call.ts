/** Holds a contract call, as its bytes have it, against the payments that were approved. */
import { Address, type Transaction, type xdr } from '@stellar/stellar-sdk';
import { beyondPayments, invokedBy } from './call-authority.ts';
import { argumentsOf, type Call } from './contract-call.ts';

/** Names the first thing in which they differ; null where nothing does. */
export function differenceInCall(transaction: Transaction, call: Call): string | null {
  const envelope = transaction.toEnvelope();
  if (envelope.type !== 'envelopeTypeTx') return 'type';
  const { operations, ext, memo } = envelope.v1.tx;
  const [operation, ...others] = operations;
  if (!operation || others.length > 0) return 'operations';
  if (memo.type !== 'memoNone') return 'memo';
  if (ext.type !== 'sorobanData') return 'resources';
  const part = differenceInOperation(operation, call);
  return part === null ? null : `operation 1: ${part}`;
}

function differenceInOperation(operation: xdr.Operation, call: Call): string | null {
  if (operation.sourceAccount !== null) return 'source';
  const invoked = invokedBy(operation);
  if (!invoked || operation.body.type !== 'invokeHostFunction') return 'type';
  const { terms } = call;
  if (Address.fromScAddress(invoked.contractAddress).toString() !== terms.contract) return 'contract';
  if (String(invoked.functionName) !== terms.method) return 'method';
  const expected = argumentsOf(call);
  if (invoked.args.length !== expected.length) return 'arguments';
  const other = expected.findIndex((value, index) => invoked.args[index]?.toXDR('base64') !== value.toXDR('base64'));
  if (other >= 0) return `argument ${other + 1} (${terms.arguments[other]?.from})`;
  return beyondPayments(operation.body.invokeHostFunctionOp.auth, call) === null ? null : 'authorization';
}
