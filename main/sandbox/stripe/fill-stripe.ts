/** What stands in the vault of those connected to the simulated platform: who they are, and what is owed. */
import { invariant } from '../../../core/errors/refusal.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { createPayees } from '../../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../../core/payees/confirm.ts';
import { requestPayouts } from '../../../core/payouts/request.ts';
import type { Work } from '../../../core/store/command.ts';
import type { StripeContent } from './people.ts';

export async function fillStripe(work: Work, content: StripeContent): Promise<void> {
  const { asset, people, fundingMinor, idempotencyKey } = content;
  await fundTreasury(work, { assetId: asset, amountMinor: fundingMinor, idempotencyKey });
  const payees = await createPayees(
    work,
    people.map(({ reference, name, email, account }) => ({
      reference,
      name,
      email,
      destination: { rail: 'stripe', address: account },
    })),
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
      return { ...payout, payeeId: payee.id, destinationId: destination.id, assetId: asset };
    }),
  );
}
