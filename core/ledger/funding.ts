import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import { bankAccount, openAccounts, treasuryAccount } from './accounts.ts';
import { post } from './posting.ts';

/** The bank's money became the treasury's to pay out. */
export async function fundTreasury(
  work: Work,
  input: { readonly assetId: AssetId; readonly amountMinor: bigint; readonly idempotencyKey: string },
): Promise<void> {
  const [treasury, bank] = await openAccounts(work.tx, work.nowMs, [
    treasuryAccount(input.assetId),
    bankAccount(input.assetId),
  ]);
  if (!treasury || !bank) throw new Error('Accounts come in the order they were asked for');
  const { replayed } = await post(work.tx, work.actor.id, work.nowMs, {
    key: `funding:${input.idempotencyKey}`,
    kind: 'funding',
    postings: [
      { account: treasury, amountMinor: -input.amountMinor },
      { account: bank, amountMinor: input.amountMinor },
    ],
  });
  work.audit({
    action: 'treasury.fund',
    subject: `asset:${input.assetId}`,
    details: { amountMinor: input.amountMinor.toString(), replayed },
  });
  if (!replayed) work.emit({ name: 'treasury.funded', subject: `asset:${input.assetId}` });
}
