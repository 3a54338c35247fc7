/**
 * Says what a transaction does, from its own bytes and nothing else: no network and no vault is
 * asked. What is shown before signing, and on another machine to compare, comes from here.
 */
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { FeeBumpTransaction, Keypair, StrKey, Transaction, xdr } from '@stellar/stellar-sdk/base';
import { malformedTransaction, transactionTooLarge, XDR_CHARACTERS_MAX } from './errors.ts';
import { type DecodedOperation, decodeOperation, muxedAddress } from './operation-words.ts';

export interface DecodedMemo {
  readonly type: 'text' | 'id' | 'hash' | 'return';
  /** Text with whatever is not plain ASCII escaped; hashes in hexadecimal. */
  readonly value: string;
}

/** Zero is no bound. */
export interface DecodedConditions {
  readonly minTime: bigint;
  readonly maxTime: bigint;
  readonly minLedger: number;
  readonly maxLedger: number;
  readonly minSequence: bigint | null;
  readonly minSequenceAge: bigint;
  readonly minSequenceLedgerGap: number;
  readonly extraSigners: readonly string[];
}

export interface DecodedBody {
  /** SHA-256 of the network's passphrase. */
  readonly networkIdHex: string;
  /** Who pays the fee instead, and for how much; null for an ordinary transaction. */
  readonly feeBump: { readonly source: string; readonly maxFeeStroops: bigint } | null;
  readonly source: string;
  readonly sequence: bigint;
  readonly maxFeeStroops: bigint;
  readonly conditions: DecodedConditions;
  readonly memo: DecodedMemo | null;
  readonly operations: readonly DecodedOperation[];
  /** Fee of the resources of a contract call, contained in the maximum fee. */
  readonly resourceFeeStroops: bigint | null;
}

export interface DecodedSignature {
  /** The last four bytes of the key that is said to have signed. */
  readonly hintHex: string;
  readonly signatureHex: string;
  /** The key under which it verifies, of those that were asked about; null when none does. */
  readonly validFor: string | null;
  /** The one of them that it says it is by. */
  readonly saidBy: string | null;
}

export interface DecodedTransaction extends DecodedBody {
  readonly networkPassphrase: string;
  readonly hashHex: string;
  readonly hashWords: readonly string[];
  readonly signatures: readonly DecodedSignature[];
}

/**
 * Decodes an envelope in base64. Its signatures are tried with these keys, and with those that the
 * transaction itself names as sources.
 */
export function decodeTransaction(
  envelopeXdr: string,
  networkPassphrase: string,
  keys: readonly string[] = [],
): DecodedTransaction {
  if (envelopeXdr.length > XDR_CHARACTERS_MAX) throw transactionTooLarge();
  const transaction = readEnvelope(envelopeXdr, networkPassphrase);
  const body = decodeSignatureBase(transaction.signatureBase());
  const hash = transaction.hash();
  const candidates = new Set([...keys, ...sourcesOf(body)]);
  return {
    ...body,
    networkPassphrase,
    hashHex: hex(hash),
    hashWords: hashInWords(hash),
    signatures: transaction.signatures.map((signature) => decodeSignature(signature, hash, candidates)),
  };
}

/** Decodes the very bytes that are hashed and signed: network id, envelope type, transaction. */
export function decodeSignatureBase(signatureBase: Uint8Array): DecodedBody {
  const { networkId, taggedTransaction } = readable(() => xdr.TransactionSignaturePayload.fromXdr(signatureBase));
  const networkIdHex = hex(networkId.value);
  if (taggedTransaction.type === 'envelopeTypeTx')
    return { networkIdHex, feeBump: null, ...body(taggedTransaction.tx) };
  const { feeSource, fee, innerTx } = taggedTransaction.feeBump;
  return {
    networkIdHex,
    feeBump: { source: muxedAddress(feeSource), maxFeeStroops: fee },
    ...body(innerTx.v1.tx),
  };
}

/** From version 6 the app shows of a contract call what it can, and asks for blind signing. */
export const showsContractCalls = (appVersion: string) => /^[0-5]\./.test(appVersion);

export function needsBlindSigning(signatureBase: Uint8Array, appVersion: string): boolean {
  const callsContract = decodeSignatureBase(signatureBase).operations.some(({ type }) => type === 'invokeHostFunction');
  return callsContract && !showsContractCalls(appVersion);
}

/** Twenty-four words of the list that seed phrases use, their checksum included; easier to compare. */
export function hashInWords(hash: Uint8Array): readonly string[] {
  return entropyToMnemonic(hash, wordlist).split(' ');
}

function readEnvelope(envelopeXdr: string, networkPassphrase: string): Transaction | FeeBumpTransaction {
  return readable(() => {
    const envelope = xdr.TransactionEnvelope.fromXdr(envelopeXdr.trim(), 'base64');
    return envelope.type === 'envelopeTypeTxFeeBump'
      ? new FeeBumpTransaction(envelope, networkPassphrase)
      : new Transaction(envelope, networkPassphrase);
  });
}

/** Whatever the kit throws while it reads is about the bytes. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformedTransaction(error instanceof Error ? error.message : String(error));
  }
}

function body(transaction: xdr.Transaction): Omit<DecodedBody, 'networkIdHex' | 'feeBump'> {
  const { sourceAccount, fee, seqNum, cond, memo, operations, ext } = transaction;
  return {
    source: muxedAddress(sourceAccount),
    sequence: seqNum,
    maxFeeStroops: BigInt(fee),
    conditions: conditionsOf(cond),
    memo: memoOf(memo),
    operations: operations.map(decodeOperation),
    resourceFeeStroops: ext.type === 'sorobanData' ? ext.sorobanData.resourceFee : null,
  };
}

const UNBOUND: DecodedConditions = {
  minTime: 0n,
  maxTime: 0n,
  minLedger: 0,
  maxLedger: 0,
  minSequence: null,
  minSequenceAge: 0n,
  minSequenceLedgerGap: 0,
  extraSigners: [],
};

function conditionsOf(conditions: xdr.Preconditions): DecodedConditions {
  switch (conditions.type) {
    case 'precondNone':
      return UNBOUND;
    case 'precondTime': {
      const { minTime, maxTime } = conditions.timeBounds;
      return { ...UNBOUND, minTime, maxTime };
    }
    case 'precondV2': {
      const { timeBounds, ledgerBounds, minSeqNum, minSeqAge, minSeqLedgerGap, extraSigners } = conditions.v2;
      return {
        minTime: timeBounds?.minTime ?? 0n,
        maxTime: timeBounds?.maxTime ?? 0n,
        minLedger: ledgerBounds?.minLedger ?? 0,
        maxLedger: ledgerBounds?.maxLedger ?? 0,
        minSequence: minSeqNum,
        minSequenceAge: minSeqAge,
        minSequenceLedgerGap: minSeqLedgerGap,
        extraSigners: extraSigners.map((signer) => String(signer.toJson())),
      };
    }
  }
}

function memoOf(memo: xdr.Memo): DecodedMemo | null {
  switch (memo.type) {
    case 'memoNone':
      return null;
    case 'memoText':
      return { type: 'text', value: memo.text.toJson() };
    case 'memoId':
      return { type: 'id', value: String(memo.id) };
    case 'memoHash':
      return { type: 'hash', value: hex(memo.hash.value) };
    case 'memoReturn':
      return { type: 'return', value: hex(memo.retHash.value) };
  }
}

function decodeSignature(
  { hint, signature }: xdr.DecoratedSignature,
  hash: Uint8Array,
  candidates: ReadonlySet<string>,
): DecodedSignature {
  const bytes = signature.value;
  const pairs = [...candidates].map((key) => Keypair.fromPublicKey(key));
  const hintHex = hex(hint.value);
  const validFor = pairs.find((pair) => pair.verify(hash, bytes))?.publicKey() ?? null;
  const saidBy = pairs.find((pair) => hex(pair.signatureHint()) === hintHex)?.publicKey() ?? null;
  return { hintHex, signatureHex: hex(bytes), validFor, saidBy };
}

/** The accounts whose own keys would usually sign. */
function sourcesOf({ source, feeBump, operations }: DecodedBody): readonly string[] {
  const named = [source, feeBump?.source ?? null, ...operations.map((operation) => operation.source)];
  return named.filter((address) => address !== null).map(accountOf);
}

function accountOf(address: string): string {
  if (!StrKey.isValidMed25519PublicKey(address)) return address;
  return StrKey.encodeEd25519PublicKey(StrKey.decodeMed25519PublicKey(address).subarray(0, 32));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
