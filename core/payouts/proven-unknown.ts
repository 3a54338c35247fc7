/**
 * Which attempts a provider provably never took. That it knows nothing of a key proves nothing while
 * the request may still be on its way: only some time after the attempt was written down does it.
 */
import type { PayoutProvider } from '../rails/provider.ts';
import { ProviderUnreachable } from '../rails/provider.ts';
import type { Reader } from '../store/tx.ts';
import type { ProvenUnknown } from './resolve.ts';

/** Longer than any request, and any of its repetitions on the way, takes. */
export const UNKNOWN_PROVES_AFTER_MS = 15 * 60 * 1000;

export async function provenUnknown(
  reader: Reader,
  provider: PayoutProvider,
  payoutId: string,
  nowMs: number,
): Promise<ProvenUnknown> {
  const attempts = await reader.db
    .selectFrom('payout_attempts')
    .select(['key', 'created_at_ms'])
    .where('payout_id', '=', payoutId)
    .where('status', '=', 'open')
    .execute();
  const proven = new Set<string>();
  const leastAgeMs = provider.unknownProvesAfterMs ?? UNKNOWN_PROVES_AFTER_MS;
  for (const { key, created_at_ms: createdAtMs } of attempts) {
    if (nowMs - Number(createdAtMs) < leastAgeMs) continue;
    try {
      if ((await provider.lookup(key)) === null) proven.add(key);
    } catch (error) {
      // Without an answer nothing is proven, and the resolution is refused for that reason.
      if (!(error instanceof ProviderUnreachable)) throw error;
    }
  }
  return proven;
}
