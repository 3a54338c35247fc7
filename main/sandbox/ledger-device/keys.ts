/** The keys of a seed phrase: BIP-39 words, then SLIP-10 on Ed25519, as the device derives them. */
import { createHmac, createPrivateKey, createPublicKey, type KeyObject, pbkdf2Sync, sign } from 'node:crypto';
import { validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

export interface DeviceKey {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  sign(message: Uint8Array): Buffer;
}

/** The words of the emulator that everybody knows. Never for anything of value. */
export const PUBLIC_TEST_WORDS =
  'glory promote mansion idle axis finger extra february uncover one trip resource ' +
  'lawn turtle enact monster seven myth punch hobby comfort wild raise skin';

export const HARDENED = 0x8000_0000;
const SEED_ROUNDS = 2048;
/** What a PKCS #8 file of an Ed25519 key begins with; the 32 bytes of the key follow. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export function isSeedPhrase(words: string): boolean {
  return validateMnemonic(words, wordlist);
}

export function seedOf(words: string): Buffer {
  if (!isSeedPhrase(words)) throw new Error('Those are not the words of a seed: one is wrong, or their order is.');
  return pbkdf2Sync(words.normalize('NFKD'), 'mnemonic', SEED_ROUNDS, 64, 'sha512');
}

/** Each element has to be hardened: Ed25519 knows no others. */
export function keyAt(seed: Uint8Array, path: readonly number[]): DeviceKey {
  let node = hmac('ed25519 seed', seed);
  for (const element of path) {
    if (element < HARDENED) throw new Error(`The element ${element} of the path is not hardened`);
    const index = Buffer.alloc(4);
    index.writeUInt32BE(element);
    node = hmac(node.subarray(32), Buffer.concat([Buffer.from([0]), node.subarray(0, 32), index]));
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, node.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  return { publicKey: rawPublicKey(privateKey), sign: (message) => sign(null, message, privateKey) };
}

function hmac(key: string | Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha512', key).update(data).digest();
}

function rawPublicKey(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}
