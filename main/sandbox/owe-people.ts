/** People of a simulated world, as a vault knows them: added with where they are paid, and owed something. */
import { invariant } from '../../core/errors/refusal.ts';
import type { AssetId } from '../../core/money/assets.ts';
import { createPayees, type PayeeRow } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { type PayoutRequest, requestPayouts } from '../../core/payouts/request.ts';
import type { Work } from '../../core/store/command.ts';

export interface OwedPerson {
  readonly payee: PayeeRow;
  readonly payout: Omit<PayoutRequest, 'payeeId' | 'destinationId' | 'assetId'>;
}

/** Their destinations are confirmed at once: nobody is paid anything there. */
export async function owePeople(work: Work, assetId: AssetId, people: readonly OwedPerson[]): Promise<void> {
  const payees = await createPayees(
    work,
    people.map(({ payee }) => payee),
  );
  await confirmInSandbox(
    work,
    payees.flatMap(({ destinations }) => destinations.map(({ id }) => id)),
  );
  await requestPayouts(
    work,
    people.map(({ payout }, index) => {
      const payee = payees[index];
      const destination = payee?.destinations[0];
      invariant(payee && destination, `person ${index} was added with a destination`);
      return { ...payout, payeeId: payee.id, destinationId: destination.id, assetId };
    }),
  );
}
