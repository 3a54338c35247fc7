/**
 * The port a transaction is signed through. Adapters live in main/signing. Whoever signs gets the
 * bytes themselves, never only their hash: what is shown is decoded from what is signed.
 */

/** A key of a device: where it lies, and the raw 32 bytes of its public half in hexadecimal. */
export interface DeviceAccount {
  readonly path: string;
  readonly publicKeyHex: string;
}

/** What a device says of itself while its Stellar app is open. */
export interface DeviceStatus {
  readonly app: 'Stellar';
  readonly version: string;
  /** Whether the person has allowed signing what the device cannot show. */
  readonly blindSigning: boolean;
  /** The most bytes of one transaction that it takes. */
  readonly dataBytesMax: number;
}

export interface TransactionToSign {
  readonly account: DeviceAccount;
  /** Network id, envelope type and transaction: the bytes whose SHA-256 is signed. */
  readonly signatureBase: Uint8Array;
}

/** A policy says of each act whether the device may sign what it cannot show. */
export type BlindSigning = 'refused' | 'allowed';

export interface Signer {
  /** Refuses with the state it is in when it cannot sign now. */
  status(): Promise<DeviceStatus>;
  /** 64 bytes that verify under the account's key: whatever does not verify is refused instead. */
  signTransaction(transaction: TransactionToSign, blindSigning: BlindSigning): Promise<Uint8Array>;
}
