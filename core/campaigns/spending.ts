/** What a campaign gives, to whom and in whatever way, counted against its budget and each account's cap. */
import { sql } from 'kysely';
import type { CampaignId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { CampaignRecord } from './repository.ts';

export interface CampaignGift {
  readonly payeeId: string;
  readonly amountMinor: bigint;
  /** What the account had of the campaign before; null when nothing ever. */
  readonly hadMinor: bigint | null;
}

/**
 * The campaign is locked, and that it has enough was looked at before: this only counts. Should a
 * caller have looked wrongly, the database refuses.
 */
export async function countSpent(
  work: Work,
  campaign: Pick<CampaignRecord, 'accountCapMinor'> & { readonly id: CampaignId },
  gifts: readonly CampaignGift[],
  grants = 0,
): Promise<void> {
  const { tx } = work;
  await insertRows(
    tx,
    'campaign_accounts',
    { campaign_id: 'text', payee_id: 'text', cap_minor: 'bigint', spent_minor: 'bigint' },
    gifts
      .filter(({ hadMinor }) => hadMinor === null)
      .map(({ payeeId, amountMinor }) => ({
        campaign_id: campaign.id,
        payee_id: payeeId,
        cap_minor: campaign.accountCapMinor,
        spent_minor: amountMinor,
      })),
  );
  const again = gifts.filter(({ hadMinor }) => hadMinor !== null);
  if (again.length > 0) {
    const rows = jsonRows(
      tx.dialect,
      { payee_id: 'text', amount_minor: 'bigint' },
      again.map(({ payeeId, amountMinor }) => ({ payee_id: payeeId, amount_minor: amountMinor })),
    );
    await tx.run(sql`
      update campaign_accounts set spent_minor = spent_minor + x.amount_minor from ${rows} as x
      where campaign_accounts.campaign_id = ${campaign.id} and campaign_accounts.payee_id = x.payee_id`);
  }
  const totalMinor = gifts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  await tx.run(sql`
    update campaigns set spent_minor = spent_minor + ${totalMinor}, grants = grants + ${BigInt(grants)},
      updated_at_ms = ${BigInt(work.nowMs)}
    where id = ${campaign.id}`);
}
