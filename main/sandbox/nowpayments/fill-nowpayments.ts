/** What stands in the vault of those who are paid in crypto currencies: who they are, and what is owed. */
import { addAsset, listAssets } from '../../../core/ledger/assets.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import type { Work } from '../../../core/store/command.ts';
import { owePeople } from '../owe-people.ts';
import type { NowPaymentsContent } from './people.ts';

export async function fillNowPayments(work: Work, content: NowPaymentsContent): Promise<void> {
  const { asset, currency, scale, people, fundingMinor, idempotencyKey } = content;
  if (!(await listAssets(work.tx)).some(({ id }) => id === asset))
    await addAsset(work, { assetId: asset, scale, minimumPayoutMinor: 1_000_000n });
  await fundTreasury(work, { assetId: asset, amountMinor: fundingMinor, idempotencyKey });
  await owePeople(
    work,
    asset,
    people.map(({ reference, name, email, address, payout }) => ({
      payee: { reference, name, email, destination: { rail: 'nowpayments', address, currency } },
      payout,
    })),
  );
}
