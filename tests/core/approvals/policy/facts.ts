/** Facts of a payout that nothing is odd about, for asking rules without a treasury around them. */
import type { PolicyFacts } from '../../../../core/approvals/policy/decide.ts';

export const NOW_MS = Date.UTC(2026, 0, 5, 9);
export const HOUR_MS = 3_600_000;

export function factsOfPayout(overrides: Partial<PolicyFacts> = {}): PolicyFacts {
  const amountMinor = overrides.amountMinor ?? 10_000n;
  return {
    rail: 'simulated',
    method: 'payment',
    assetId: 'iso:USD',
    amountMinor,
    toPayeeMinor: amountMinor,
    toAddressMinor: amountMinor,
    payeeTags: [],
    destinationConfirmedAtMs: NOW_MS - 1_000 * HOUR_MS,
    source: 'person',
    screening: 'none',
    lookAlike: false,
    firstPayment: false,
    atMs: NOW_MS,
    ...overrides,
  };
}
