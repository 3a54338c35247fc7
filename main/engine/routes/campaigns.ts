import { createCampaign } from '../../../core/campaigns/create.ts';
import { grantBatch } from '../../../core/campaigns/grants.ts';
import { changeCampaign } from '../../../core/campaigns/lifecycle.ts';
import { namedAccounts } from '../../../core/campaigns/named-accounts.ts';
import { campaignWith, listCampaigns, listGrants } from '../../../core/campaigns/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

export const campaigns = {
  list: procedures.campaigns.list.handler(({ context: { call }, input }) =>
    listCampaigns(readerOf(call), input, pageRequest(input)),
  ),

  get: procedures.campaigns.get.handler(({ context: { call }, input }) => campaignWith(readerOf(call), input.id)),

  grants: procedures.campaigns.grants.handler(({ context: { call }, input }) =>
    listGrants(readerOf(call), input.id, pageRequest(input)),
  ),

  create: procedures.campaigns.create.handler(({ context: { call }, input }) =>
    command(call, async (work) => {
      const { id } = await createCampaign(work, {
        ...input,
        budgetMinor: BigInt(input.budgetMinor),
        accountCapMinor: input.accountCapMinor === undefined ? undefined : BigInt(input.accountCapMinor),
      });
      return campaignWith(work.tx, id);
    }),
  ),

  activate: procedures.campaigns.activate.handler(({ context: { call }, input }) => change(call, input.id, 'activate')),
  pause: procedures.campaigns.pause.handler(({ context: { call }, input }) => change(call, input.id, 'pause')),
  complete: procedures.campaigns.complete.handler(({ context: { call }, input }) => change(call, input.id, 'complete')),

  grantBatch: procedures.campaigns.grantBatch.handler(({ context: { call }, input }) =>
    command(call, async (work) => {
      const batch = await grantBatch(work, {
        campaignId: input.id,
        grants: await namedAccounts(
          work.tx,
          input.grants.map(({ basisMinor, ...account }) => ({
            ...account,
            basisMinor: basisMinor === undefined ? undefined : BigInt(basisMinor),
          })),
        ),
      });
      const count = (outcome: string) => batch.grants.filter((grant) => grant.outcome === outcome).length;
      return {
        granted: batch.granted,
        repeated: count('repeated'),
        nothing: count('nothing'),
        totalMinor: batch.totalMinor.toString(),
        grants: batch.grants.map(({ amountMinor, lotId, ...grant }) => ({
          ...grant,
          amountMinor: amountMinor.toString(),
          lotId: lotId?.toString() ?? null,
        })),
        campaign: await campaignWith(work.tx, input.id),
      };
    }),
  ),
};

function change(call: CallOf, id: string, event: 'activate' | 'pause' | 'complete') {
  return command(call, async (work) => {
    await changeCampaign(work, id, event);
    return campaignWith(work.tx, id);
  });
}
