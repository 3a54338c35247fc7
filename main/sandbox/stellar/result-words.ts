/** Results in the words Horizon has for them: `tx_bad_seq`, `op_no_trust`. */
import type { xdr } from '@stellar/stellar-sdk';

export interface ResultWords {
  readonly transaction: string;
  readonly inner_transaction?: string;
  readonly operations?: readonly string[];
}

export function resultWords({ result }: xdr.TransactionResult): ResultWords {
  if (result.type === 'txFeeBumpInnerSuccess' || result.type === 'txFeeBumpInnerFailed') {
    const inner = result.innerResultPair.result.result;
    return { transaction: snake(result.type), inner_transaction: snake(inner.type), ...operationWords(inner) };
  }
  return { transaction: snake(result.type), ...operationWords(result) };
}

function operationWords(result: { readonly type: string; readonly results?: readonly xdr.OperationResult[] }) {
  return result.results ? { operations: result.results.map(operationWord) } : {};
}

function operationWord(result: xdr.OperationResult): string {
  if (result.type !== 'opInner') return snake(result.type);
  const value = Object.values(result.tr).find(
    (part): part is { type: string } => typeof part === 'object' && part !== null && 'type' in part,
  );
  const type = value?.type ?? '';
  if (type.endsWith('Success')) return 'op_success';
  // paymentNoTrust of a payment is op_no_trust.
  const kind = result.tr.type;
  return `op_${snake(type.startsWith(kind) ? type.slice(kind.length) : type).replace(/^_/, '')}`;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
