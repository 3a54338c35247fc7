/** What stands in the vault of those connected to the simulated platform: who they are, and what is owed. */
import { fundTreasury } from '../../../core/ledger/funding.ts';
import type { Work } from '../../../core/store/command.ts';
import { owePeople } from '../owe-people.ts';
import type { StripeContent } from './people.ts';

export async function fillStripe(work: Work, content: StripeContent): Promise<void> {
  const { asset, people, fundingMinor, idempotencyKey } = content;
  await fundTreasury(work, { assetId: asset, amountMinor: fundingMinor, idempotencyKey });
  await owePeople(
    work,
    asset,
    people.map(({ reference, name, email, account, payout }) => ({
      payee: { reference, name, email, destination: { rail: 'stripe', address: account } },
      payout,
    })),
  );
}
