/**
 * Codes of an authenticator app: HOTP (RFC 4226) over steps of thirty seconds (RFC 6238), with
 * SHA-1 and six digits, which is what every such app takes without being told.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const TOTP_SECRET_BYTES = 20;
const STEP_MS = 30_000;
const DIGITS = 6;
/** Clocks of telephones are off by a little, and people type slowly. */
const STEPS_OFF_MAX = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function stepAt(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS);
}

export function totpCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step this code is of, if it is one of now and later than the last one that counted; else null. */
export function stepOfCode(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const now = stepAt(nowMs);
  let found: number | null = null;
  // All of them are compared, so that the time it takes says nothing.
  for (let step = now - STEPS_OFF_MAX; step <= now + STEPS_OFF_MAX; step++) {
    if (step >= 0 && sameDigits(totpCode(secret, step), code) && step > lastStep) found ??= step;
  }
  return found;
}

export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text;
}

/** What `base32` made, as bytes again. */
export function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = BASE32.indexOf(letter);
    if (digit < 0) throw new TypeError(`${JSON.stringify(letter)} is no letter of base32`);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >>> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** What the QR code says. Apps show the vault's name and the person's. */
export function otpauthUri(secret: Uint8Array, vaultName: string, personName: string): string {
  const issuer = `Countersign ${vaultName}`;
  const label = [issuer, personName].map((part) => encodeURIComponent(part.replaceAll(':', ' '))).join(':');
  const query = [
    `secret=${base32(secret)}`,
    `issuer=${encodeURIComponent(issuer.replaceAll(':', ' '))}`,
    'algorithm=SHA1',
    `digits=${DIGITS}`,
    `period=${STEP_MS / 1000}`,
  ];
  return `otpauth://totp/${label}?${query.join('&')}`;
}

function sameDigits(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
