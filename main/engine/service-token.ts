/**
 * Tokens of service accounts: JWT, HS256 and nothing else, whatever the token itself says. The
 * secret comes from the environment of whoever started the program; it is held in memory only.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { tokenRefused } from '../../core/access/errors.ts';
import { ROLES, type Role } from '../../core/contract/words.ts';

export interface ServiceTokenSettings {
  /** The one in use first, then the one before, which is accepted while programs change over. */
  readonly secrets: readonly string[];
  readonly audience: string;
}

const ALGORITHM = 'HS256';
const TOLERANCE_SECONDS = 30;
const TOKEN_LENGTH_MAX = 4096;

const claims = z.object({
  sub: z.string().min(1).max(120),
  roles: z.array(z.string().max(64)).max(32).default([]),
});

export interface TokenClaims {
  readonly subject: string;
  /** What it asks for; what it gets is no more than its account has. */
  readonly roles: readonly Role[];
}

export async function verifyServiceToken(
  token: string,
  settings: ServiceTokenSettings | undefined,
  nowMs: number,
): Promise<TokenClaims> {
  if (!settings) throw tokenRefused('not_accepted_here');
  if (token.length > TOKEN_LENGTH_MAX) throw tokenRefused('malformed');
  const read = claims.safeParse(await payloadOf(token, settings, nowMs));
  if (!read.success) throw tokenRefused('claims');
  const asked = new Set(read.data.roles);
  return { subject: read.data.sub, roles: ROLES.filter((role) => asked.has(role)) };
}

async function payloadOf(
  token: string,
  { secrets, audience }: ServiceTokenSettings,
  nowMs: number,
): Promise<JWTPayload> {
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        algorithms: [ALGORITHM],
        audience,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(nowMs),
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw asRefusal(error);
    }
  }
  throw tokenRefused('signature');
}

/** Why, in one word: enough to put right, and nothing about a token that was not signed with the secret. */
function asRefusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return tokenRefused('expired');
  if (error instanceof errors.JWTClaimValidationFailed) return tokenRefused(error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed) return tokenRefused('algorithm');
  if (error instanceof errors.JOSEError) return tokenRefused('malformed');
  return error;
}
