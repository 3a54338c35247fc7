import type { RailName } from '../contract/payees.ts';
import type { ProviderRail } from '../contract/providers.ts';
import { Refusal } from '../errors/refusal.ts';
import type { ProviderUnreachable } from '../rails/provider.ts';

export class ProviderError extends Refusal {
  override readonly name = 'ProviderError';
}

export const notSetUp = (rail: RailName, missing: readonly string[]) =>
  new ProviderError('provider.not_set_up', { rail, missing: missing.join(', ') });
/** `why`: in words, of the provider or of ours. */
export const keyRefused = (rail: ProviderRail, why: string) =>
  new ProviderError('provider.key_refused', { rail, why }, why);
/** With until when it wants to be left alone, where it says so. */
export const providerSilent = (
  rail: RailName,
  { message, retryAfterMs }: Pick<ProviderUnreachable, 'message' | 'retryAfterMs'>,
  nowMs: number,
) => {
  const wait = retryAfterMs === null ? {} : { waitMs: retryAfterMs, untilMs: nowMs + retryAfterMs };
  return new ProviderError('provider.unreachable', { rail, why: message, ...wait }, message);
};
export const otherAccount = (rail: ProviderRail, account: string, pinned: string) =>
  new ProviderError('provider.other_account', { rail, account, pinned });
export const paymentsUnderWay = (rail: ProviderRail, payments: number) =>
  new ProviderError('provider.payments_under_way', { rail, payments });
export const noAccount = (rail: ProviderRail) => new ProviderError('provider.no_account', { rail });
/** `because`: a word for it. What was sent is not repeated. */
export const webhookRefused = (rail: ProviderRail, because: string) =>
  new ProviderError('provider.webhook_refused', { rail, because });
