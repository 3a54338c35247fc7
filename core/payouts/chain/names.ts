/**
 * Payees who were found by a name (`ana*example.com`). What was approved is the address it stood for
 * then. While nobody can say what it stands for now, that is paid; once it stands for another, it waits
 * for people: the payee has moved, or the name is in other hands.
 */
import type { Memo } from '../../contract/payees.ts';
import type { FederationResolver, Resolution } from '../../rails/address.ts';
import type { PlannedPayment } from './plan.ts';

/** Ids of the payouts whose name stands for something else by now. */
export async function movedNames(
  names: FederationResolver,
  planned: readonly PlannedPayment[],
): Promise<ReadonlySet<string>> {
  const asked = new Set(planned.flatMap(({ payout }) => payout.destination.federation ?? []));
  if (asked.size === 0) return new Set();
  const found = await names.resolve([...asked]);
  return new Set(
    planned
      .filter(({ payout: { destination } }) => {
        const now = destination.federation === undefined ? undefined : found.get(destination.federation);
        return now !== undefined && isElsewhere(now, destination);
      })
      .map(({ payout }) => payout.id),
  );
}

function isElsewhere(now: Resolution, then: { readonly address: string; readonly memo: Memo | null }): boolean {
  if (!now.ok) return false;
  if (now.address !== then.address) return true;
  // A memo that a person gave beside the name is theirs; one that the name brings must be the one that was approved.
  return now.memo !== null && (now.memo.type !== then.memo?.type || now.memo.value !== then.memo.value);
}
