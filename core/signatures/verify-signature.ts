/** Ed25519 over the UTF-8 bytes of a text. In the engine only: desks sign, and do not verify. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Making a key object costs more than verifying with it, and few people sign much. */
const keys = new Map<string, KeyObject>();
const KEYS_MAX = 1_000;

function keyOf(publicKeyHex: string): KeyObject {
  const known = keys.get(publicKeyHex);
  if (known) return known;
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(publicKeyHex, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  if (keys.size >= KEYS_MAX) keys.clear();
  keys.set(publicKeyHex, key);
  return key;
}

export function verifySignature(publicKeyHex: string, text: string, signatureHex: string): boolean {
  return verify(null, Buffer.from(text, 'utf8'), keyOf(publicKeyHex), Buffer.from(signatureHex, 'hex'));
}
