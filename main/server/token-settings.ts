/**
 * The secrets that tokens of service accounts are signed with: from the environment of whoever
 * starts the server, taken out of it at once, so that no thread or program started from here has them.
 */
import type { ServiceTokenSettings } from '../engine/service-token.ts';
import { oddToken, shortSecret, strayPreviousSecret } from './errors.ts';

const CURRENT = 'BILLING_ADMIN_JWT_SECRET';
const PREVIOUS = 'BILLING_ADMIN_JWT_SECRET_PREV';
const METRICS = 'COUNTERSIGN_METRICS_TOKEN';
const AUDIENCE = 'COUNTERSIGN_JWT_AUDIENCE';
const AUDIENCE_DEFAULT = 'countersign-admin';
/** As many as HS256 makes use of; a shorter one is a word, and words are guessed. */
const SECRET_BYTES_MIN = 32;

/** What whoever collects the server's figures shows; undefined where none is set. */
export function takeMetricsToken(environment: NodeJS.ProcessEnv): string | undefined {
  const token = taken(environment, METRICS);
  if (token !== undefined && !/^[A-Za-z0-9_-]{32,128}$/.test(token)) throw oddToken(METRICS);
  return token;
}

/** Undefined where no secret is set: then no token is accepted. */
export function takeTokenSettings(environment: NodeJS.ProcessEnv): ServiceTokenSettings | undefined {
  const current = taken(environment, CURRENT);
  const previous = taken(environment, PREVIOUS);
  if (current === undefined) {
    if (previous !== undefined) throw strayPreviousSecret(PREVIOUS, CURRENT);
    return undefined;
  }
  return {
    secrets: previous === undefined ? [current] : [current, previous],
    audience: environment[AUDIENCE]?.trim() || AUDIENCE_DEFAULT,
  };
}

function taken(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const secret = environment[name];
  delete environment[name];
  if (secret === undefined || secret === '') return undefined;
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN) throw shortSecret(name, SECRET_BYTES_MIN);
  return secret;
}
