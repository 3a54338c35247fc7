/** The accounts at providers: what became of them, what lies there, and what they tell the server. */
import type { ProviderRail } from '../../../core/contract/providers.ts';
import { PROVIDER_RAILS } from '../../../core/contract/providers.ts';
import { listAssets } from '../../../core/ledger/assets.ts';
import { releaseAccount } from '../../../core/providers/accounts.ts';
import { keyRefused, notSetUp, providerSilent } from '../../../core/providers/errors.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';
import type { OpenAccount } from '../provider-accounts.ts';
import { providerView } from '../provider-views.ts';
import { receiveWebhook } from '../provider-webhooks.ts';

async function accountOn(call: CallOf, rail: ProviderRail): Promise<OpenAccount> {
  const { providers } = openOf(call);
  const account = await providers.account(rail, { startOwn: true });
  if (account) return account;
  throw notSetUp(rail, (await providers.settingsOf(rail)).missing);
}

async function balancesOn(call: CallOf, rail: ProviderRail) {
  const { provider } = await accountOn(call, rail);
  try {
    const found = (await provider.balances?.()) ?? [];
    const known = new Map((await listAssets(openOf(call).treasury.writer)).map((asset) => [asset.id, asset]));
    return found.flatMap(({ assetId, availableMinor }) => {
      const asset = known.get(assetId);
      if (!asset) return [];
      const { code: assetCode, scale } = asset;
      return [{ assetId, assetCode, scale, availableMinor: availableMinor.toString() }];
    });
  } catch (error) {
    throw error instanceof ProviderUnreachable
      ? providerSilent(rail, error, openOf(call).treasury.clock.nowMs())
      : error;
  }
}

export const providers = {
  list: procedures.providers.list.handler(async ({ context: { call } }) => {
    const open = openOf(call);
    return Promise.all(PROVIDER_RAILS.map((rail) => providerView(open.treasury.writer, open.providers, rail)));
  }),

  test: procedures.providers.test.handler(async ({ context: { call }, input: { rail } }) => {
    const { ring } = await accountOn(call, rail);
    let account: string;
    try {
      account = await ring.checkAll();
    } catch (error) {
      if (!(error instanceof ProviderUnreachable)) throw error;
      const problem = ring.problem();
      throw problem === null
        ? providerSilent(rail, error, openOf(call).treasury.clock.nowMs())
        : keyRefused(rail, problem);
    }
    const balances = await balancesOn(call, rail);
    await command(call, async (work) => {
      work.audit({ action: 'provider.test', subject: `rail:${rail}`, details: { account } });
    });
    return { account, balances };
  }),

  balances: procedures.providers.balances.handler(({ context: { call }, input: { rail } }) => balancesOn(call, rail)),

  release: procedures.providers.release.handler(async ({ context: { call }, input: { rail } }) => {
    await command(call, (work) => releaseAccount(work, rail));
    return {};
  }),

  webhook: procedures.providers.webhook.handler(({ context: { call }, input }) => receiveWebhook(call, input)),
};
