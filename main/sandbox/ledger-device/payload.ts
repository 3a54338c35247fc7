/**
 * Reads the bytes to be signed as the app does. An older app stops after the operations: what comes
 * behind them it does not look at, and signs all the same.
 */
import { xdr } from '@stellar/stellar-sdk/base';

export type Network = 'Public' | 'Testnet' | 'Unknown';

export interface Transaction {
  readonly network: Network;
  /** Set when another transaction pays for this one. */
  readonly feeBump: { readonly source: xdr.MuxedAccount; readonly fee: bigint } | null;
  readonly source: xdr.MuxedAccount;
  readonly fee: number;
  readonly sequence: bigint;
  readonly conditions: xdr.Preconditions;
  readonly memo: xdr.Memo;
  readonly operations: readonly xdr.Operation[];
}

export interface Authorization {
  readonly network: Network;
  readonly nonce: bigint;
  readonly expiresAtLedger: number;
  readonly invocation: xdr.SorobanAuthorizedInvocation;
}

export interface Reading {
  readonly operationsMax: number;
  readonly readsToTheEnd: boolean;
}

/** The app cannot make sense of the bytes. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

const NETWORKS: Readonly<Record<string, Network>> = {
  '7ac33997544e3175d266bd022439b22cdb16508c01163f26e5cb2a3e1045a979': 'Public',
  cee0302d59844d32bdca915c8203dd44b33fbb7edc19051ea37abedf28ecd472: 'Testnet',
};
const NETWORK_ID_BYTES = 32;
const ENVELOPE_TRANSACTION = 2;
const ENVELOPE_FEE_BUMP = 5;

export function readTransaction(bytes: Uint8Array, reading: Reading): Transaction {
  return understood(() => new SignatureBase(reading).decode(bytes));
}

export function readAuthorization(bytes: Uint8Array): Authorization {
  return understood(() => {
    const preimage = xdr.HashIdPreimage.fromXdr(bytes);
    if (preimage.type !== 'envelopeTypeSorobanAuthorization') throw new NotUnderstood(preimage.type);
    const { networkId, nonce, signatureExpirationLedger, invocation } = preimage.sorobanAuthorization;
    return { network: networkOf(networkId.value), nonce, expiresAtLedger: signatureExpirationLedger, invocation };
  });
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof xdr.XdrError) throw new NotUnderstood(error.message);
    throw error;
  }
}

function networkOf(id: Uint8Array): Network {
  return NETWORKS[Buffer.from(id).toString('hex')] ?? 'Unknown';
}

type Reader = Parameters<xdr.XdrType<unknown>['_read']>[0];

/** Network id, envelope type, transaction: there is no such type in the kit, only its parts. */
class SignatureBase extends xdr.BaseType<Transaction> {
  override readonly kind = 'signatureBase';
  readonly #reading: Reading;

  constructor(reading: Reading) {
    super('SignatureBase');
    this.#reading = reading;
  }

  override _read(reader: Reader, path: string): Transaction {
    const network = networkOf(reader.readBytes(NETWORK_ID_BYTES, path));
    const feeBump = this.#feeBump(reader, path);
    const transaction = {
      network,
      feeBump,
      source: read(xdr.MuxedAccount, reader, path),
      fee: reader.readUint32(path),
      sequence: reader.readBigInt64(path),
      conditions: read(xdr.Preconditions, reader, path),
      memo: read(xdr.Memo, reader, path),
      operations: this.#operations(reader, path),
    };
    if (this.#reading.readsToTheEnd) this.#restOf(feeBump !== null, reader, path);
    else reader.readBytes(reader.remaining, path);
    return transaction;
  }

  override _write(): void {
    throw new Error('A device only reads what it is to sign');
  }

  #feeBump(reader: Reader, path: string): Transaction['feeBump'] {
    const type = reader.readInt32(path);
    if (type === ENVELOPE_TRANSACTION) return null;
    if (type !== ENVELOPE_FEE_BUMP) throw new NotUnderstood(`envelope type ${type}`);
    const feeBump = { source: read(xdr.MuxedAccount, reader, path), fee: reader.readBigInt64(path) };
    const inner = reader.readInt32(path);
    if (inner !== ENVELOPE_TRANSACTION) throw new NotUnderstood(`inner envelope type ${inner}`);
    return feeBump;
  }

  #operations(reader: Reader, path: string): xdr.Operation[] {
    const count = reader.readUint32(path);
    if (count > this.#reading.operationsMax) throw new NotUnderstood(`${count} operations`);
    return Array.from({ length: count }, () => read(xdr.Operation, reader, path));
  }

  #restOf(feeBump: boolean, reader: Reader, path: string): void {
    read(xdr.TransactionExt, reader, path);
    if (!feeBump) return;
    const signatures = reader.readUint32(path);
    for (let index = 0; index < signatures; index += 1) read(xdr.DecoratedSignature, reader, path);
    read(xdr.FeeBumpTransactionExt, reader, path);
  }
}

interface Readable<Wire, Value> {
  readonly schema: xdr.XdrType<Wire>;
  fromXdrObject(wire: Wire): Value;
}

function read<Wire, Value>(type: Readable<Wire, Value>, reader: Reader, path: string): Value {
  return type.fromXdrObject(type.schema._read(reader, path));
}
