import { useQuery } from '@tanstack/react-query';
import type { FeeAnswer, Payout } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

const STILL_TO_PAY: readonly Payout['status'][] = ['pending', 'approved', 'processing'];
/** Where none was told it may be a little later. */
const AGAIN_MS = 60_000;
const AGAIN_MS_MIN = 1_000;

/** A fee on screen is one that holds. */
export function feeAgainMs(fee: FeeAnswer | undefined, nowMs: number): number {
  const { quoted } = fee ?? {};
  return quoted ? Math.max(quoted.expiresAtMs - nowMs, AGAIN_MS_MIN) : AGAIN_MS;
}

/** Null while it is not known, and where there is nothing left to pay. Without it the panel says everything else. */
export function usePayoutFee({ id, status }: Pick<Payout, 'id' | 'status'>): FeeAnswer | null {
  const { data } = useQuery({
    ...orpc.payouts.estimate.queryOptions({ input: { id } }),
    enabled: STILL_TO_PAY.includes(status),
    retry: false,
    refetchInterval: ({ state }) => feeAgainMs(state.data, Date.now()),
  });
  return (STILL_TO_PAY.includes(status) && data) || null;
}
