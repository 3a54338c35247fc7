/**
 * What each of Stripe's refusals proves. Only what Stripe itself says, after it has looked at the
 * key, proves that nothing was paid under that key: a refusal that comes before, for its pace or its
 * credentials, says nothing about what was asked under the same key earlier.
 */
import Stripe from 'stripe';
import { z } from 'zod';
import { ProviderRefused, ProviderUnreachable } from '../../../core/rails/provider.ts';
import { retryAfterMs } from '../retry-after.ts';

type Proof =
  /** Not paid, and it never will be as it stands. */
  | 'final'
  /** Not paid, and the same may be paid later. */
  | 'later';

/** Codes that mean something to us; any other refusal of the request itself is final. */
const REFUSALS: Readonly<Record<string, { readonly proof: Proof; readonly words?: string }>> = {
  balance_insufficient: { proof: 'later', words: 'The balance at Stripe does not cover it.' },
  insufficient_capabilities_for_transfer: {
    proof: 'final',
    words: 'The connected account cannot receive transfers at the moment.',
  },
  resource_missing: { proof: 'final', words: 'Stripe does not know that connected account.' },
  transfers_not_allowed: { proof: 'final', words: 'Stripe does not let this platform make transfers.' },
  amount_too_large: { proof: 'final' },
  amount_too_small: { proof: 'final' },
};

/** Only of payments. A question that is not answered proves nothing. */
export function paymentError(error: unknown): Error {
  if (!isAboutTheRequest(error)) return questionError(error);
  const { proof, words } = REFUSALS[error.code ?? ''] ?? { proof: 'final' };
  const why = words === undefined ? error.message : `${words} (${error.message})`;
  return new ProviderRefused(why, proof === 'later');
}

export function questionError(error: unknown): Error {
  if (error instanceof z.ZodError)
    return new ProviderUnreachable('Stripe answered with something else than was expected', { cause: error });
  if (!(error instanceof Stripe.errors.StripeError)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  if (error instanceof Stripe.errors.StripeRateLimitError) {
    return new ProviderUnreachable('Stripe is asked too often', { cause: error, retryAfterMs: waitOf(error) });
  }
  if (
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError
  ) {
    return new ProviderUnreachable('Stripe does not accept the key, or not for this', { cause: error });
  }
  if (error.statusCode === undefined || error.statusCode < 500)
    return new ProviderUnreachable('Stripe did not answer', { cause: error });
  const words = `Stripe failed inside (${error.statusCode})`;
  if (!isReplayed(error)) return new ProviderUnreachable(words, { cause: error });
  return new ProviderUnreachable(`${words}, and says so again for a day`, { cause: error, onlyThis: true });
}

/** What it had answered under this key before, and gives back whatever it would say now. */
function isReplayed({ headers }: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return headers?.['idempotent-replayed'] === 'true';
}

/** Said by Stripe, which gives every request a name; a box on the way does not. */
function isAboutTheRequest(error: unknown): error is InstanceType<typeof Stripe.errors.StripeError> {
  const isRefusal =
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeIdempotencyError ||
    error instanceof Stripe.errors.StripeCardError;
  return isRefusal && /^req_\w+$/.test(error.requestId ?? '');
}

export function isKeyInUse(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'idempotency_key_in_use';
}

export function isMissing(error: unknown): boolean {
  return isAboutTheRequest(error) && error.code === 'resource_missing';
}

/** An account that is somebody else's, or nobody's. */
export function isNotConnected(error: unknown): boolean {
  const isForeign = error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid';
  return isForeign || isMissing(error);
}

const RETRY_AFTER_MS = 1_000;

function waitOf({ headers }: InstanceType<typeof Stripe.errors.StripeError>): number {
  return retryAfterMs({ retryAfter: headers?.['retry-after'], date: headers?.date }) ?? RETRY_AFTER_MS;
}
