/**
 * Secrets under AES-256-GCM, with what they are for as associated data. Sealed:
 * `1.{nonce, 12 bytes}.{cipher text and tag}`, in hex.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { type SecretBox, secretsKeyWrong } from '../../../core/store/secrets.ts';

const VERSION = '1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^1\.([0-9a-f]{24})\.((?:[0-9a-f]{2}){16,})$/;

/** Takes the key over. */
export function secretBox(key: Uint8Array): SecretBox {
  if (key.length !== 32) throw new Error('A key of secrets has 32 bytes');
  return {
    seal(purpose, bytes) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associated(purpose));
      const box = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${nonce.toString('hex')}.${box.toString('hex')}`;
    },
    open(purpose, sealed) {
      const [, nonce, text] = SEALED.exec(sealed) ?? [];
      if (nonce === undefined || text === undefined) throw secretsKeyWrong(purpose);
      const box = Buffer.from(text, 'hex');
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'hex'), options);
      decipher.setAAD(associated(purpose));
      decipher.setAuthTag(box.subarray(-TAG_BYTES));
      const opened = decipher.update(box.subarray(0, -TAG_BYTES));
      try {
        return Buffer.concat([opened, decipher.final()]);
      } catch {
        // Node says of a tag that does not fit only that it cannot authenticate.
        throw secretsKeyWrong(purpose);
      }
    },
  };
}

/** Tells the right key from another without giving it. */
export function checkValueOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('countersign secrets key check v1').digest('hex');
}

function associated(purpose: string): Buffer {
  return Buffer.from(JSON.stringify(['countersign secret v1', purpose]));
}
