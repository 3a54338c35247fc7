import { useQuery } from '@tanstack/react-query';
import { RAILS, type RailName } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

export function railOf(text: string | undefined): RailName | undefined {
  return RAILS.find((rail) => rail === text);
}

/** The rails a destination can be on: the simulated one where no real money moves, and first there. */
export function useRails(): readonly [RailName, ...RailName[]] {
  const { data } = useQuery(orpc.vault.status.queryOptions());
  return data?.network === 'live'
    ? ['stellar', 'stripe', 'nowpayments']
    : ['simulated', 'stellar', 'stripe', 'nowpayments'];
}
