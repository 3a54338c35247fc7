/**
 * A person's passphrase and what it gives. Runs on the person's own desk: in the window, in a
 * script, never in the engine. Argon2id stretches the passphrase once (the caller does that, with
 * the parameters beside the person's slot); HKDF then gives three secrets of which none gives
 * another: one opens the vault's key slot, one proves the passphrase to the engine, and one seals
 * the person's private key and never leaves the desk. Only Web Crypto, so that the same code
 * serves window and Node.
 */
const subtle = globalThis.crypto.subtle;
const utf8 = new TextEncoder();

/** Web Crypto's key, by the name both Node's and the browser's types can agree on. */
export type SecretKey = Awaited<ReturnType<typeof subtle.importKey>>;

export interface DeskSecrets {
  /** Goes to the engine: opens the person's slot of the vault key. Hex. */
  readonly slotSecret: string;
  /** Goes to the engine: proves the passphrase. Hex. */
  readonly signInProof: string;
  /** Stays here: seals the private key. */
  readonly sealingKey: SecretKey;
}

export interface Sealed {
  readonly nonce: string;
  readonly sealed: string;
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new TypeError('Not lower-case hex');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/** `stretched`: the 32 bytes Argon2id gave for the passphrase. */
export async function deskSecrets(stretched: Uint8Array<ArrayBuffer>): Promise<DeskSecrets> {
  const root = await subtle.importKey('raw', stretched, 'HKDF', false, ['deriveBits']);
  const derive = async (use: string) =>
    new Uint8Array(
      await subtle.deriveBits(
        { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8.encode(`countersign ${use} v1`) },
        root,
        256,
      ),
    );
  return {
    slotSecret: toHex(await derive('vault slot')),
    signInProof: toHex(await derive('sign-in proof')),
    sealingKey: await subtle.importKey('raw', await derive('personal key'), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

/** Ed25519 in PKCS #8. What is sealed is the key alone, or the fingerprint of a founding and then the key. */
const KEY_BYTES = 48;

/** The vault that is open has another founding record than the one this key was sealed for. */
export class OtherFounding extends Error {
  override readonly name = 'OtherFounding';
  readonly code = 'trust.other_founding';
}

/**
 * A new Ed25519 key pair; the private half is sealed at once, for the treasury of this founding.
 * Null before there is one: the founder's key is pinned when they first sign in.
 */
export async function createPersonalKey(
  sealingKey: SecretKey,
  founding: string | null,
): Promise<{ publicKey: string; sealedPrivateKey: Sealed }> {
  const pair = (await subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as {
    publicKey: SecretKey;
    privateKey: SecretKey;
  };
  const publicKey = toHex(new Uint8Array(await subtle.exportKey('raw', pair.publicKey)));
  const privateBytes = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey));
  const pinned = new Uint8Array([...fromHex(founding ?? ''), ...privateBytes]);
  return { publicKey, sealedPrivateKey: await seal(pinned, sealingKey) };
}

export interface OpenedKey {
  /** Cannot be exported. */
  readonly key: SecretKey;
  /** Sealed anew with the founding in it, where it was not yet. */
  readonly pinned: Sealed | null;
}

/**
 * Fails (throws) when the passphrase was another one, and when the key was sealed for another
 * treasury than the one that the engine says it has open.
 */
export async function openPersonalKey(sealed: Sealed, sealingKey: SecretKey, founding: string): Promise<OpenedKey> {
  const bytes = await unseal(sealed, sealingKey);
  const privateBytes = bytes.slice(-KEY_BYTES);
  const pin = toHex(bytes.slice(0, -KEY_BYTES));
  if (pin !== '' && pin !== founding) throw new OtherFounding('Your key belongs to a treasury with another founding.');
  return {
    key: await subtle.importKey('pkcs8', privateBytes, 'Ed25519', false, ['sign']),
    pinned: pin === '' ? await seal(new Uint8Array([...fromHex(founding), ...privateBytes]), sealingKey) : null,
  };
}

/** The same private key, for the same treasury, under a new passphrase. */
export async function resealPersonalKey(sealed: Sealed, from: SecretKey, to: SecretKey): Promise<Sealed> {
  return seal(await unseal(sealed, from), to);
}

/** Signs the very text that was shown; hex. */
export async function signText(privateKey: SecretKey, text: string): Promise<string> {
  return toHex(new Uint8Array(await subtle.sign('Ed25519', privateKey, utf8.encode(text))));
}

async function seal(bytes: Uint8Array<ArrayBuffer>, key: SecretKey): Promise<Sealed> {
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, bytes);
  return { nonce: toHex(nonce), sealed: toHex(new Uint8Array(sealed)) };
}

async function unseal(box: Sealed, key: SecretKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv: fromHex(box.nonce) }, key, fromHex(box.sealed)));
}
