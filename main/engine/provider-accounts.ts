/**
 * An account at a provider, opened with what is set: which keys are tried, what a key must be to be
 * used in this vault, and whose account it has to be.
 */
import type { ProviderRail } from '../../core/contract/providers.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { AssetId } from '../../core/money/assets.ts';
import { accountOf, refuseOther, rememberAccount } from '../../core/providers/accounts.ts';
import type { ProviderSettings } from '../../core/providers/settings.ts';
import { type PayoutProvider, ProviderUnreachable } from '../../core/rails/provider.ts';
import { wrongSetting } from '../../core/rails/settings/errors.ts';
import { perform, type Treasury } from '../../core/store/command.ts';
import { KeyRing, type KeyVerdict } from '../rails/key-ring.ts';
import { jobActor } from './jobs/runner.ts';

export interface OpenAccount {
  readonly provider: PayoutProvider;
  readonly ring: KeyRing;
  readonly url: string;
}

export interface AccountSurroundings {
  readonly treasury: Treasury;
  readonly network: 'sandbox' | 'live';
  readonly scaleOf: (asset: AssetId) => number | null;
  /**
   * Says whether keys of this account are used here. Once payments are made with them it remembers
   * the account; while they are only tried out, it does not.
   */
  readonly admit: (account: string) => Promise<KeyVerdict>;
}

export async function openStripe(settings: ProviderSettings, around: AccountSurroundings): Promise<OpenAccount> {
  // Stripe's kit is large: it is loaded with the first account.
  const [{ STRIPE_URL }, { checkStripeKey }, { stripeProvider }] = await Promise.all([
    import('../rails/stripe/client.ts'),
    import('../rails/stripe/check-key.ts'),
    import('../rails/stripe/provider.ts'),
  ]);
  const { network, treasury, scaleOf, admit } = around;
  const nowMs = () => treasury.clock.nowMs();
  const url = settings.values.STRIPE_API_BASE?.[0] ?? STRIPE_URL;
  refusePlainHttp('stripe', 'STRIPE_API_BASE', url, network);
  const ring = new KeyRing({
    keys: settings.values.STRIPE_SECRET_KEY ?? [],
    nowMs,
    async check(key) {
      // Not even sent: a key of the other world must not leave this one.
      if (/_live_/.test(key) !== (network === 'live')) return ofOtherWorld(network);
      const said = await checkStripeKey(key, { url });
      if (!said.ok) {
        if (said.isCertain) return said;
        throw new ProviderUnreachable(said.why);
      }
      return said.isLive === (network === 'live') ? admit(said.account) : ofOtherWorld(network);
    },
  });
  const provider = stripeProvider({
    key: () => ring.current(),
    onRefused: (key) => ring.refused(key, 'Stripe takes this key no longer.'),
    url,
    nowMs,
    scaleOf,
  });
  return { provider: onceReady(provider, ring), ring, url };
}

/** Keys of the account that is remembered; the first to be used is. */
export function admitAndRemember(treasury: Treasury, rail: ProviderRail): AccountSurroundings['admit'] {
  return (account) =>
    verdictOf(account, async () => {
      if ((await accountOf(treasury.writer, rail)) === account) return;
      const name = {
        action: 'provider.account',
        actor: jobActor('providers'),
        origin: { host: 'engine', ip: null, userAgent: null, correlationId: 'providers' },
      };
      await perform(treasury, name, (work) => rememberAccount(work, rail, account));
    });
}

/** While they are tried out nothing is remembered. */
export function admitOnly(treasury: Treasury, rail: ProviderRail): AccountSurroundings['admit'] {
  return (account) => verdictOf(account, () => refuseOther(treasury.writer, rail, account));
}

async function verdictOf(account: string, refuse: () => Promise<void>): Promise<KeyVerdict> {
  try {
    await refuse();
    return { ok: true, account };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.message };
    throw error;
  }
}

function ofOtherWorld(network: 'sandbox' | 'live'): KeyVerdict {
  const why =
    network === 'live'
      ? 'That is a key for tests. Where money is real, only a live key is used.'
      : 'That is a live key. A sandbox vault uses keys for tests only.';
  return { ok: false, why };
}

function refusePlainHttp(rail: ProviderRail, name: string, url: string, network: 'sandbox' | 'live'): void {
  if (network === 'live' && !url.startsWith('https://'))
    throw wrongSetting(rail, name, 'Where money is real the address begins with https://');
}

/** Nothing is asked before a key was found that the provider takes. */
export function onceReady(provider: PayoutProvider, ring: KeyRing): PayoutProvider {
  return new Proxy(provider, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        await ring.ready();
        return Reflect.apply(member, target, given);
      };
    },
  });
}
