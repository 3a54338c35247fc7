/** What stands in the vault of those who are paid in crypto currencies: who they are, and what is owed. */
import { invariant } from '../../../core/errors/refusal.ts';
import { addAsset, listAssets } from '../../../core/ledger/assets.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { createPayees } from '../../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../../core/payees/confirm.ts';
import { requestPayouts } from '../../../core/payouts/request.ts';
import type { Work } from '../../../core/store/command.ts';
import type { NowPaymentsContent } from './people.ts';

export async function fillNowPayments(work: Work, content: NowPaymentsContent): Promise<void> {
  const { asset, currency, scale, people, fundingMinor, idempotencyKey } = content;
  if (!(await listAssets(work.tx)).some(({ id }) => id === asset))
    await addAsset(work, { assetId: asset, scale, minimumPayoutMinor: 1_000_000n });
  await fundTreasury(work, { assetId: asset, amountMinor: fundingMinor, idempotencyKey });
  const payees = await createPayees(
    work,
    people.map(({ reference, name, email, address }) => ({
      reference,
      name,
      email,
      destination: { rail: 'nowpayments', address, currency },
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
