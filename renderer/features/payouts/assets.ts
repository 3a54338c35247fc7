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

/** What the treasury pays in: the common currencies first, then whatever else it knows. */
export function useAssets(): readonly PayableAsset[] {
  const { data } = useQuery(orpc.ledger.assets.queryOptions());
  const others = (data ?? []).filter(
    ({ id }) => id !== NOT_PAYABLE && !FROM_THE_START.some((common) => common.id === id),
  );
  return [...FROM_THE_START, ...others];
}
