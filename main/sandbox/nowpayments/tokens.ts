/** Tokens as NOWPayments gives them: good for five minutes, and known again after a restart. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export const TOKEN_LIFE_MS = 5 * 60 * 1000;
/** Of the simulated world only: whoever runs it may make tokens. */
const SECRET = 'sandbox';

const claims = z.object({ exp: z.int() });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (text: string) => createHmac('sha256', SECRET).update(text).digest('base64url');

export function newToken(email: string, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const body = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ id: email, iat, exp: iat + TOKEN_LIFE_MS / 1000 })}`;
  return `${body}.${signed(body)}`;
}

export function isTokenGood(token: string, nowMs: number): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature);
  const expected = Buffer.from(signed(`${head}.${body}`));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return nowMs < claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString())).exp * 1000;
}
