/** How many payouts stand where. */
import type { PayoutStatus } from '../../../core/contract/index.ts';
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';

export type Counts = Readonly<Record<PayoutStatus, number>>;

const NONE: Counts = {
  pending: 0,
  approved: 0,
  processing: 0,
  completed: 0,
  failed: 0,
  quarantined: 0,
  cancelled: 0,
};

export async function countsOf(client: EngineClient, { context }: SignedInDesk): Promise<Counts> {
  const { byStatus } = await client.desk.overview(undefined, { context });
  return { ...NONE, ...Object.fromEntries(byStatus.map(({ status, count }) => [status, count])) };
}

export const unpaid = ({ approved, processing }: Counts): number => approved + processing;

export async function countSettled(client: EngineClient, { context }: SignedInDesk): Promise<number> {
  let settled = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['payouts']['list']>> = await client.payouts.list(
      { limit: 500, status: 'completed', ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    settled += page.items.filter((payout) => payout.settled).length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return settled;
}
