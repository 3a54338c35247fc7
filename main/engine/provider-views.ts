/** What became of the accounts at providers, for people to look at. */
import type { ProviderAccount, ProviderRail } from '../../core/contract/providers.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { accountOf } from '../../core/providers/accounts.ts';
import type { ProviderSettings } from '../../core/providers/settings.ts';
import { deliveriesSoFar } from '../../core/providers/webhooks.ts';
import { railSettingsView } from '../../core/rails/settings/views.ts';
import type { Reader } from '../../core/store/tx.ts';
import type { KeyRing } from '../rails/key-ring.ts';
import type { Providers } from './providers.ts';

const WEBHOOK_SECRETS: Readonly<Record<ProviderRail, 'STRIPE_WEBHOOK_SECRET' | 'NOWPAYMENTS_IPN_SECRET'>> = {
  stripe: 'STRIPE_WEBHOOK_SECRET',
  nowpayments: 'NOWPAYMENTS_IPN_SECRET',
};
const URLS: Readonly<Record<ProviderRail, string>> = {
  stripe: 'https://api.stripe.com',
  nowpayments: 'https://api.nowpayments.io',
};

export async function providerView(reader: Reader, providers: Providers, rail: ProviderRail): Promise<ProviderAccount> {
  const received = (await deliveriesSoFar(reader)).get(rail);
  const base = {
    rail,
    url: URLS[rail],
    account: await accountOf(reader, rail),
    webhooks: {
      path: `/webhooks/${rail}`,
      verifiable: false,
      received: received?.received ?? 0,
      lastAtMs: received?.lastAtMs ?? null,
    },
  };
  try {
    const settings = await providers.settingsOf(rail);
    const webhooks = { ...base.webhooks, verifiable: (settings.values[WEBHOOK_SECRETS[rail]]?.length ?? 0) > 0 };
    const { missing } = settings;
    if ((await providers.ownOn(rail)) !== null) {
      return { ...base, webhooks, state: 'simulated', problem: null, missing: [], keys: [] };
    }
    const open = await providers.account(rail, { startOwn: false });
    const url = open?.url ?? base.url;
    const problem = open?.ring.problem() ?? null;
    const state = open === null ? 'off' : problem === null ? 'ready' : 'refused';
    const keys = await keysOf(reader, settings, open?.ring ?? null);
    return { ...base, url, webhooks, state, problem, missing: [...missing], keys };
  } catch (error) {
    // A setting that cannot be, or records that do not verify: said here, where it can be put right.
    if (!(error instanceof Refusal)) throw error;
    return { ...base, state: 'refused', problem: error.message, missing: [], keys: [] };
  }
}

const KEYS: Readonly<Record<ProviderRail, 'STRIPE_SECRET_KEY' | 'NOWPAYMENTS_API_KEY'>> = {
  stripe: 'STRIPE_SECRET_KEY',
  nowpayments: 'NOWPAYMENTS_API_KEY',
};

/** Those in force, newest first, with what the provider said of each. */
async function keysOf(
  reader: Reader,
  settings: ProviderSettings,
  ring: KeyRing | null,
): Promise<ProviderAccount['keys']> {
  const { rail, values, fromEnvironment } = settings;
  const name = KEYS[rail];
  const view = await railSettingsView(reader, rail, fromEnvironment.includes(name) ? process.env : {});
  const shown = view.settings.find((one) => one.name === name)?.secrets ?? [];
  return (values[name] ?? []).map((key, index) => {
    const { state, atMs } = ring?.standingOf(key) ?? { state: 'untried' as const, atMs: null };
    return {
      name,
      commitment: shown[index]?.commitment ?? null,
      shown: shown[index]?.shown ?? null,
      state,
      atMs,
    };
  });
}
