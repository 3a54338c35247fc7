/**
 * The data key, sealed to a slot. Each slot has an X25519 key pair of which the private half
 * follows from the slot's secret (a passphrase, the recovery code, a machine's key file) and the
 * public half is written down: a new data key can so be sealed to everybody without asking anybody.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { z } from 'zod';
import { hex } from '../../../core/contract/words.ts';

export const sealedKey = z.strictObject({ ephemeralKey: hex(32), nonce: hex(12), box: hex(48) });
export type SealedKey = z.infer<typeof sealedKey>;

export interface SlotKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

/** What a sealed key belongs to; it does not unseal as anything else. */
export interface SealedFor {
  readonly vaultId: string;
  readonly slotId: string;
  readonly kind: string;
}

const TAG_BYTES = 16;
/** The fixed beginnings of an X25519 key in DER; the 32 bytes follow. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

export function slotKeyPair(slotSecret: Uint8Array, vaultId: string): SlotKeyPair {
  const seed = hkdf(slotSecret, vaultId, 'countersign slot key v1');
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: rawPublicKey(createPublicKey(privateKey)).toString('hex') };
}

export function sealTo(publicKey: string, dataKey: Uint8Array, belongsTo: SealedFor): SealedKey {
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralKey = rawPublicKey(ephemeral.publicKey);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(
    'aes-256-gcm',
    sharedKey(ephemeral.privateKey, ephemeralKey, publicKey, publicKey),
    nonce,
  );
  cipher.setAAD(associated(belongsTo));
  const box = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  return { ephemeralKey: ephemeralKey.toString('hex'), nonce: nonce.toString('hex'), box: box.toString('hex') };
}

/** Throws when the key pair is another one, or when anything was changed. */
export function unseal({ privateKey, publicKey }: SlotKeyPair, sealed: SealedKey, belongsTo: SealedFor): Uint8Array {
  const ephemeralKey = Buffer.from(sealed.ephemeralKey, 'hex');
  const key = sharedKey(privateKey, ephemeralKey, publicKey, sealed.ephemeralKey);
  const box = Buffer.from(sealed.box, 'hex');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'hex'), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(belongsTo));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(box.subarray(0, -TAG_BYTES)), decipher.final()]);
}

export function hkdf(secret: Uint8Array, salt: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, use, 32));
}

function sharedKey(privateKey: KeyObject, ephemeralKey: Buffer, slotKey: string, theirKey: string): Buffer {
  const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(theirKey) });
  return hkdf(shared, `${ephemeralKey.toString('hex')}${slotKey}`, 'countersign data key v1');
}

function publicKeyOf(raw: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, Buffer.from(raw, 'hex')]), format: 'der', type: 'spki' });
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
}

function associated({ vaultId, slotId, kind }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify(['countersign slot v1', vaultId, slotId, kind]));
}
