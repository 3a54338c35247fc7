/**
 * What the code on the recovery sheet gives, at the desk where it is typed: the secret that opens
 * the vault's key slot, and an Ed25519 key that signs for admins who lost theirs. Neither gives the
 * other's private half, and the code itself goes nowhere. Only Web Crypto, as in personal-key.ts.
 */
import { signText, toHex } from './personal-key.ts';

const subtle = globalThis.crypto.subtle;
const utf8 = new TextEncoder();

const SECRET_LETTERS = 32;
const CHECK_LETTERS = 4;
/** The fixed beginning of an Ed25519 private key in DER; the 32 bytes follow. */
const PRIVATE_PREFIX = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

export interface RecoverySheet {
  /** Opens the recovery slot of a vault file. Hex. */
  readonly slotSecret: string;
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

/** In any case, with or without its hyphens, O for 0, I or L for 1. Null when it has another length. */
export function recoveryLetters(typed: string): { readonly secret: string; readonly check: string } | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (code.length !== SECRET_LETTERS + CHECK_LETTERS) return null;
  return { secret: code.slice(0, SECRET_LETTERS), check: code.slice(SECRET_LETTERS) };
}

/** Of a code whose check letters are not looked at: whoever mistypes one gets a key that fits nothing. */
export async function recoverySheet(typed: string): Promise<RecoverySheet | null> {
  const letters = recoveryLetters(typed);
  if (!letters) return null;
  const secret = new Uint8Array(
    await subtle.digest('SHA-256', utf8.encode(`countersign recovery code v1\n${letters.secret}`)),
  );
  const root = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = utf8.encode('countersign recovery signing key v1');
  const seed = await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }, root, 256);
  const pkcs8 = new Uint8Array([...PRIVATE_PREFIX, ...new Uint8Array(seed)]);
  const shown = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']));
  const privateKey = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return {
    slotSecret: toHex(secret),
    publicKey: hexOfBase64Url(shown.x ?? ''),
    sign: (text) => signText(privateKey, text),
  };
}

/** What the sheet's key signs to show that the sheet is at hand. */
export function sheetProofText(statedAtMs: number): string {
  return `countersign recovery v1\n${statedAtMs}`;
}

function hexOfBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return toHex(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
}
