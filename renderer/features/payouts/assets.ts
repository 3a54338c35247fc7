import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export interface PayableAsset {
  readonly id: string;
  readonly code: string;
  readonly scale: number;
}

/** Known to every vault from its first day. */
const FROM_THE_START: readonly PayableAsset[] = [
  { id: 'iso:USD', code: 'USD', scale: 2 },
  { id: 'iso:EUR', code: 'EUR', scale: 2 },
];

/** Membership credits are spent, never paid out. */
const NOT_PAYABLE = 'credit:micro';

/** What the treasury pays in: the common currencies, and whatever else it holds. */
export function useAssets(): readonly PayableAsset[] {
  const { data } = useQuery(orpc.ledger.position.queryOptions());
  const held = (data ?? []).map(({ assetId, assetCode, scale }) => ({ id: assetId, code: assetCode, scale }));
  const others = held.filter(({ id }) => id !== NOT_PAYABLE && !FROM_THE_START.some((known) => known.id === id));
  return [...FROM_THE_START, ...others];
}
