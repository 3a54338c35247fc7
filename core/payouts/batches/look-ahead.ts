/**
 * What comes next is looked at before it is written down: a provider that is slow, or lets us ask only so
 * often, may take its time for that, and nothing that was proven meanwhile lapses.
 */
import { type PayoutBatches, ProviderUnreachable } from '../../rails/provider.ts';
import { type Driver, goesOn, plannedOrderOf } from '../answers.ts';
import { getPayout } from '../repository.ts';
import type { DuePayout } from '../start.ts';

/**
 * What may be asked for together: none of it before all were looked at, so that a person types one code
 * for all. What will never be taken goes by itself, and fails without the others.
 */
export async function whatMayGo(
  driver: Driver,
  batches: PayoutBatches,
  next: readonly Pick<DuePayout, 'id'>[],
): Promise<readonly string[]> {
  const { writer } = driver.treasury;
  const ids = next.map(({ id }) => id);
  const payouts = await Promise.all(ids.map((id) => getPayout(writer, id)));
  try {
    const { isWhole, because, unknown } = await batches.lookAhead(payouts.map(plannedOrderOf), () => goesOn(driver));
    if (!isWhole) return [];
    const bad = ids.filter((id) => because.has(id));
    return bad.length > 0 ? bad : ids.filter((id) => !unknown.has(id));
  } catch (error) {
    if (error instanceof ProviderUnreachable) return [];
    throw error;
  }
}
