/**
 * Takes a signed transaction back in. It must be the very one that was built, and every signature
 * on it must be a signer's: the network refuses a transaction for one signature too many.
 */
import { FeeBumpTransaction, Keypair, Transaction, TransactionBuilder, type xdr } from '@stellar/stellar-sdk';
import { type Authority, type SignedSoFar, weightToPay } from '../../../core/rails/chain.ts';
import {
  malformedTransaction,
  notASigner,
  otherTransaction,
  transactionTooLarge,
  XDR_CHARACTERS_MAX,
} from './errors.ts';
import { otherNetworks } from './networks.ts';

/** `known` is what was built, with the signatures given before. */
export function addSignatures(
  known: string,
  signedXdr: string,
  networkPassphrase: string,
  authority: Authority,
): SignedSoFar {
  const built = read(known, networkPassphrase);
  const given = read(signedXdr, networkPassphrase);
  if (given instanceof FeeBumpTransaction) throw otherTransaction('fee_bump');
  if (built instanceof FeeBumpTransaction) throw otherTransaction('fee_bump');
  const differs = differenceOf(built, given);
  if (differs) throw otherTransaction(differs);

  const by = new Map<string, xdr.DecoratedSignature>();
  for (const signature of [...built.signatures, ...given.signatures]) {
    const signer = authority.signers.find(({ key, weight }) => weight > 0 && isBy(built, key, signature));
    if (!signer) {
      if (isForOtherNetwork(built, networkPassphrase, authority, signature)) throw otherTransaction('network');
      throw notASigner(Buffer.from(signature.hint.toBytes()).toString('hex'));
    }
    by.set(signer.key, signature);
  }
  const signedBy = authority.signers.filter(({ key }) => by.has(key));
  built.signatures.splice(0, built.signatures.length, ...by.values());
  const weight = signedBy.reduce((sum, signer) => sum + signer.weight, 0);
  const needed = weightToPay(authority);
  return {
    envelope: built.toEnvelope().toXDR('base64'),
    signedBy,
    weight,
    needed,
    isEnough: signedBy.length > 0 && weight >= needed,
  };
}

/** Puts a device's signature on what was built. */
export function withSignature(
  envelope: string,
  networkPassphrase: string,
  publicKey: string,
  signature: Uint8Array,
): string {
  const transaction = read(envelope, networkPassphrase);
  transaction.addSignature(publicKey, Buffer.from(signature).toString('base64'));
  return transaction.toEnvelope().toXDR('base64');
}

function read(envelope: string, networkPassphrase: string): Transaction | FeeBumpTransaction {
  if (envelope.length > XDR_CHARACTERS_MAX) throw transactionTooLarge();
  try {
    return TransactionBuilder.fromXDR(envelope, networkPassphrase);
  } catch (error) {
    throw malformedTransaction(error instanceof Error ? error.message : String(error));
  }
}

/** What of it is another, for a person to look at; null when the two are one. */
function differenceOf(built: Transaction, given: Transaction): string | null {
  if (Buffer.from(built.hash()).equals(Buffer.from(given.hash()))) return null;
  if (built.source !== given.source) return 'source';
  if (built.sequence !== given.sequence) return 'sequence';
  if (built.operations.length !== given.operations.length) return 'operations';
  const theirs = bodyOperations(given);
  const other = bodyOperations(built).findIndex((text, index) => text !== theirs[index]);
  if (other >= 0) return `operation ${other + 1}`;
  if (built.fee !== given.fee) return 'fee';
  if (JSON.stringify(built.timeBounds) !== JSON.stringify(given.timeBounds)) return 'time_bounds';
  if (built.memo.toXDRObject().toXDR('base64') !== given.memo.toXDRObject().toXDR('base64')) return 'memo';
  return 'conditions';
}

function bodyOperations(transaction: Transaction): readonly string[] {
  const envelope = transaction.toEnvelope();
  return envelope.type === 'envelopeTypeTx' ? envelope.v1.tx.operations.map((part) => part.toXDR('base64')) : [];
}

/** The same bytes, hashed with another network's name: whoever signed them had a wallet set to that one. */
function isForOtherNetwork(
  built: Transaction,
  networkPassphrase: string,
  { signers }: Authority,
  signature: xdr.DecoratedSignature,
): boolean {
  const elsewhere = otherNetworks(networkPassphrase).map((name) => new Transaction(built.toEnvelope(), name));
  return elsewhere.some((transaction) => signers.some(({ key }) => isBy(transaction, key, signature)));
}

function isBy(transaction: Transaction, key: string, { hint, signature }: xdr.DecoratedSignature): boolean {
  const pair = Keypair.fromPublicKey(key);
  const bytes = Buffer.from(signature.toBytes());
  return (
    Buffer.from(pair.signatureHint()).equals(Buffer.from(hint.toBytes())) &&
    bytes.length === 64 &&
    pair.verify(Buffer.from(transaction.hash()), bytes)
  );
}
