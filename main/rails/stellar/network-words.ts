/** The network's results in Horizon's words, whichever node told them: `tx_failed`, `op_no_trust`. */
import { extractBaseAddress, FeeBumpTransaction, type Transaction, type xdr } from '@stellar/stellar-sdk';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';

export const otherNetwork = (url: string, passphrase: string) =>
  new ProviderUnreachable(`${url} belongs to another network: ${passphrase}`);

/** Whose account its fee is taken from. */
export function payerOf(transaction: Transaction | FeeBumpTransaction): string {
  return extractBaseAddress(transaction instanceof FeeBumpTransaction ? transaction.feeSource : transaction.source);
}

export interface ResultWords {
  readonly words: string;
  readonly operations: readonly string[];
}

export function wordsOf({ result }: xdr.TransactionResult): ResultWords {
  const inner =
    result.type === 'txFeeBumpInnerSuccess' || result.type === 'txFeeBumpInnerFailed'
      ? result.innerResultPair.result.result
      : result;
  const operations = 'results' in inner ? inner.results.map(operationWord) : [];
  return { words: snake(inner.type), operations };
}

function operationWord(result: xdr.OperationResult): string {
  if (result.type !== 'opInner') return snake(result.type);
  const { tr } = result;
  const value = Object.values(tr).find(
    (part): part is { type: string } => typeof part === 'object' && part !== null && 'type' in part,
  );
  const type = value?.type ?? '';
  if (type.endsWith('Success')) return 'op_success';
  return `op${snake(type.startsWith(tr.type) ? type.slice(tr.type.length) : `_${type}`)}`;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
