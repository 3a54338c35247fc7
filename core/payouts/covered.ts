/** What could be begun with what lies at the provider. */
import { type PayoutProvider, ProviderUnreachable } from '../rails/provider.ts';
import type { DuePayout } from './start.ts';

/**
 * Those that what lies at the provider covers together, oldest first. An asset that it does not list
 * has nothing there; while it does not answer, nothing is begun.
 */
export async function coveredBy(provider: PayoutProvider, due: readonly DuePayout[]): Promise<readonly DuePayout[]> {
  if (!provider.balances || due.length === 0) return due;
  try {
    const left = new Map<string, bigint>();
    for (const { assetId, availableMinor } of await provider.balances()) left.set(assetId, availableMinor);
    return due.filter(({ assetId, amountMinor }) => {
      const rest = (left.get(assetId) ?? 0n) - amountMinor;
      if (rest >= 0n) left.set(assetId, rest);
      return rest >= 0n;
    });
  } catch (error) {
    if (error instanceof ProviderUnreachable) return [];
    throw error;
  }
}
