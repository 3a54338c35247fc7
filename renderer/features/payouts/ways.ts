/**
 * In which ways a payout could be paid, as far as this desk can tell; the engine decides again when
 * one is chosen, and the network when it is sent.
 */
import type { Payout } from '../../../core/contract/index.ts';
import { minorOf } from '../../ui/amount-text.ts';

export const WAYS = ['payment', 'create_account', 'claimable_balance', 'contract_call'] as const;
export type Way = (typeof WAYS)[number];

/** Why not; the words of each are beside the choice. */
type NoWay = 'address' | 'memo' | 'asset' | 'amount' | 'contract' | 'call_memo';

const OPENING_BALANCE_MIN = 10_000_000n;
const CONTRACT = /^C[A-Z2-7]{55}$/;
const PLAIN_ACCOUNT = /^G[A-Z2-7]{55}$/;

type Paid = Pick<Payout, 'destination' | 'assetId' | 'amountMinor'>;

/** What the payout does not go with; null where nothing is known against it. */
export function whyNotSo(way: Way, { destination, assetId, amountMinor }: Paid): NoWay | null {
  if (way === 'payment') return CONTRACT.test(destination.address) ? 'contract' : null;
  if (way === 'contract_call') {
    if (destination.address.startsWith('M')) return 'address';
    return destination.memo === null ? null : 'call_memo';
  }
  if (!PLAIN_ACCOUNT.test(destination.address)) return 'address';
  if (way === 'claimable_balance') return destination.memo === null ? null : 'memo';
  if (!assetId.endsWith(':native')) return 'asset';
  return minorOf(amountMinor) < OPENING_BALANCE_MIN ? 'amount' : null;
}

/** How long a payee has to claim, in days, where a person chooses. */
export const CLAIM_DAYS = [1, 7, 30, 90] as const;
export const DAY_S = 24 * 60 * 60;
