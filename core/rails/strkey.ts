/**
 * Stellar's spelling of keys (SEP-23): a version, 32 bytes and a checksum in base 32. Core needs it
 * to say of a secret key which account it signs for, and to tell a key from a mistyped one.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const VERSIONS = { account: 6 << 3, secret: 18 << 3, contract: 2 << 3, muxed: 12 << 3 } as const;
type Kind = keyof typeof VERSIONS;

/** A muxed account says behind its key, in eight more bytes, whom of the account's owners it means. */
const PAYLOAD_BYTES: { readonly [K in Kind]: number } = { account: 32, secret: 32, contract: 32, muxed: 40 };

/** The bytes of it, 32 of a key; null when it is none of this kind, or was mistyped. */
export function keyBytes(kind: Kind, text: string): Uint8Array | null {
  const end = PAYLOAD_BYTES[kind] + 1;
  const bytes = fromBase32(text, end + 2);
  if (!bytes || bytes[0] !== VERSIONS[kind]) return null;
  const checksum = crc16(bytes.subarray(0, end));
  return bytes[end] === (checksum & 0xff) && bytes[end + 1] === checksum >> 8 ? bytes.subarray(1, end) : null;
}

/** The account that is paid at a muxed address; null when it is none. */
export function accountOfMuxed(address: string): string | null {
  const bytes = keyBytes('muxed', address);
  return bytes && spelled('account', bytes.subarray(0, 32));
}

/** The account that a secret key signs as; null when it is no secret key. */
export function accountOfSecret(secret: string): string | null {
  const seed = keyBytes('secret', secret);
  if (!seed) return null;
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  return spelled('account', key.export({ format: 'der', type: 'spki' }).subarray(-32));
}

function spelled(kind: Kind, payload: Uint8Array): string {
  const body = Uint8Array.of(VERSIONS[kind], ...payload);
  const checksum = crc16(body);
  return toBase32(Uint8Array.of(...body, checksum & 0xff, checksum >> 8));
}

function toBase32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: (bytes.length * 8) / 5 }, (_, place) => {
    const letter = Number((bits >> BigInt(bytes.length * 8 - 5 * (place + 1))) & 31n);
    return LETTERS[letter];
  }).join('');
}

/** Null when it is not so many bytes; bits that are left over at the end must say nothing. */
function fromBase32(text: string, length: number): Uint8Array | null {
  const letters = Math.ceil((length * 8) / 5);
  if (text.length !== letters || !/^[A-Z2-7]+$/.test(text)) return null;
  let bits = 0n;
  for (const letter of text) bits = (bits << 5n) | BigInt(LETTERS.indexOf(letter));
  const over = BigInt(letters * 5 - length * 8);
  if ((bits & ((1n << over) - 1n)) !== 0n) return null;
  bits >>= over;
  return Uint8Array.from({ length }, (_, place) => Number((bits >> BigInt(8 * (length - 1 - place))) & 255n));
}

/** XMODEM's. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
