/** An authenticator app: what is scanned gives codes. */
import { stepAt, totpCode } from '../../core/access/totp.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function fromBase32(text: string): Buffer {
  let bits = '';
  for (const letter of text) bits += BASE32.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

export interface Authenticator {
  /** The code of now, or of so many steps of thirty seconds later. */
  code(nowMs: number, stepsLater?: number): string;
}

export function scanned(uri: string): Authenticator {
  const secret = fromBase32(new URL(uri).searchParams.get('secret') ?? '');
  return { code: (nowMs, stepsLater = 0) => totpCode(secret, stepAt(nowMs) + stepsLater) };
}
