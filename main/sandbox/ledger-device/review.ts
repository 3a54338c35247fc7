/** What the app asks the person, made from the bytes it was given. */
import { StrKey, type xdr } from '@stellar/stellar-sdk/base';
import type { Field, Review } from './pages.ts';
import type { Authorization, Transaction } from './payload.ts';
import { decimal, hex, isSigner, muxed, muxedOrOwn, shortened, textOrBase64, time } from './print.ts';
import { tellInvocation } from './review-contract.ts';
import { operationFields } from './review-operation.ts';

export interface Showing {
  /** The 32 bytes of the key that would sign. */
  readonly signer: Uint8Array;
  readonly conditions: boolean;
  readonly contractsAreBlind: boolean;
}

export function reviewAddress(publicKey: Uint8Array): Review {
  return {
    opening: ['Confirm', 'Address'],
    fields: [{ title: 'Address', value: StrKey.encodeEd25519PublicKey(publicKey) }],
    approve: ['Approve'],
    blind: false,
  };
}

export function reviewHash(hash: Uint8Array): Review {
  return {
    opening: ['Review', 'Hash Signing'],
    fields: [{ title: 'Hash', value: hex(hash) }],
    approve: ['Sign Hash'],
    blind: true,
  };
}

export function reviewMessage(message: Uint8Array): Review {
  const [value, note] = textOrBase64(message);
  return {
    opening: ['Review', 'Message'],
    fields: [{ title: `Message${note}`, value }],
    approve: ['Sign', 'Message'],
    blind: false,
  };
}

export function reviewAuthorization({ network, nonce, expiresAtLedger, invocation }: Authorization): Review {
  const told = tellInvocation(invocation);
  return {
    opening: ['Review', 'Soroban Auth'],
    fields: [
      ...networkField(network),
      { title: 'Nonce', value: String(BigInt.asUintN(64, nonce)) },
      { title: 'Sig Exp Ledger', value: String(expiresAtLedger) },
      ...told.fields,
    ],
    approve: ['Sign', 'Soroban Auth'],
    blind: told.blind,
  };
}

export function reviewTransaction(transaction: Transaction, showing: Showing): Review {
  const { network, feeBump, operations } = transaction;
  const told = operations.map((operation) => operationFields(operation, transaction, showing.signer));
  return {
    opening: ['Review', 'Transaction'],
    fields: [
      ...networkField(network),
      ...(feeBump === null ? [] : feeBumpFields(feeBump, transaction, showing.signer)),
      ...memoField(transaction.memo),
      { title: 'Max Fee', value: lumens(BigInt(transaction.fee), transaction) },
      ...(showing.conditions ? conditionFields(transaction.conditions) : []),
      ...sourceField(transaction, showing),
      ...told.flatMap(({ fields }, index) => [...counted(index, operations.length), ...fields]),
    ],
    approve: ['Sign', 'Transaction'],
    blind: told.some(({ blind, contract }) => blind || (contract && showing.contractsAreBlind)),
  };
}

function networkField(network: Transaction['network']): readonly Field[] {
  return network === 'Public' ? [] : [{ title: 'Network', value: network }];
}

function counted(index: number, count: number): readonly Field[] {
  return count === 1 ? [] : [{ title: 'Operation', value: `${index + 1} of ${count}` }];
}

function lumens(fee: bigint, { network }: Transaction): string {
  return `${decimal(fee, 7)} ${network === 'Unknown' ? 'native' : 'XLM'}`;
}

function feeBumpFields(
  { source, fee }: NonNullable<Transaction['feeBump']>,
  transaction: Transaction,
  signer: Uint8Array,
): readonly Field[] {
  return [
    { title: 'Fee Bump', value: 'Transaction Details' },
    { title: 'Fee Source', value: muxedOrOwn(source, signer) },
    { title: 'Max Fee', value: lumens(fee, transaction) },
    { title: 'InnerTx', value: 'Details' },
  ];
}

function sourceField({ source, feeBump }: Transaction, { signer, conditions }: Showing): readonly Field[] {
  const own = feeBump === null && isSigner(source, signer);
  if (own && !conditions) return [];
  return [{ title: 'Tx Source', value: own ? shortened(muxed(source), 6, 6) : muxed(source) }];
}

function memoField(memo: xdr.Memo): readonly Field[] {
  switch (memo.type) {
    case 'memoNone':
      return [];
    case 'memoText': {
      const [value, note] = textOrBase64(memo.text.bytes);
      return [{ title: `Memo Text${note}`, value }];
    }
    case 'memoId':
      return [{ title: 'Memo ID', value: String(memo.id) }];
    case 'memoHash':
      return [{ title: 'Memo Hash', value: hex(memo.hash.value) }];
    case 'memoReturn':
      return [{ title: 'Memo Return', value: hex(memo.retHash.value) }];
  }
}

/** What is zero does not bind, and is not shown. */
function conditionFields(conditions: xdr.Preconditions): readonly Field[] {
  if (conditions.type === 'precondNone') return [];
  if (conditions.type === 'precondTime') return boundFields(conditions.timeBounds);
  const { timeBounds, ledgerBounds, minSeqNum, minSeqAge, minSeqLedgerGap } = conditions.v2;
  return [
    ...(timeBounds === null ? [] : boundFields(timeBounds)),
    ...unlessZero('Ledger Bounds Min', ledgerBounds?.minLedger ?? 0),
    ...unlessZero('Ledger Bounds Max', ledgerBounds?.maxLedger ?? 0),
    ...unlessZero('Min Seq Num', minSeqNum ?? 0n),
    ...unlessZero('Min Seq Age', minSeqAge),
    ...unlessZero('Min Seq Ledger Gap', minSeqLedgerGap),
  ];
}

function boundFields({ minTime, maxTime }: xdr.TimeBounds): readonly Field[] {
  return [
    ...(minTime === 0n ? [] : [{ title: 'Valid After (UTC)', value: time(minTime) }]),
    ...(maxTime === 0n ? [] : [{ title: 'Valid Before (UTC)', value: time(maxTime) }]),
  ];
}

function unlessZero(title: string, value: bigint | number): readonly Field[] {
  return BigInt(value) === 0n ? [] : [{ title, value: String(value) }];
}
