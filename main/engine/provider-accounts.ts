/**
 * An account at a provider, opened with what is set: which keys are tried, what a key must be to be
 * used in this vault, and whose account it has to be.
 */
import { fromBase32 } from '../../core/access/totp.ts';
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
      if (/^[a-z]+(?:_org)?_live_/.test(key) !== (network === 'live')) return ofOtherWorld(network);
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
  // It looks a payment up before it asks for one: to ask again is safe whatever this error was about.
  const mayRepeat = (_: ProviderUnreachable, key: string) => ring.standingOf(key).state === 'refused';
  return { provider: onceReady(provider, ring, mayRepeat), ring, url };
}

const NOWPAYMENTS_SANDBOX_URL = 'https://api-sandbox.nowpayments.io';

export async function openNowPayments(settings: ProviderSettings, around: AccountSurroundings): Promise<OpenAccount> {
  const [{ checkNowPaymentsKeys, nowPaymentsBalances }, { NOWPAYMENTS_URL, NowRefusal, questionError }, rail] =
    await Promise.all([
      import('../rails/nowpayments/check-keys.ts'),
      import('../rails/nowpayments/client.ts'),
      import('../rails/nowpayments/provider.ts'),
    ]);
  const { network, treasury, scaleOf, admit } = around;
  const { values } = settings;
  const nowMs = () => treasury.clock.nowMs();
  const url = values.NOWPAYMENTS_API_BASE?.[0] ?? (network === 'live' ? NOWPAYMENTS_URL : NOWPAYMENTS_SANDBOX_URL);
  refusePlainHttp('nowpayments', 'NOWPAYMENTS_API_BASE', url, network);
  // Its keys do not say which world they are of; its addresses do.
  if (isAt(url, network === 'live' ? NOWPAYMENTS_SANDBOX_URL : NOWPAYMENTS_URL))
    throw wrongSetting('nowpayments', 'NOWPAYMENTS_API_BASE', ofOtherWorld(network).why);
  const keysWith = (apiKey: string) => ({
    apiKey,
    email: values.NOWPAYMENTS_EMAIL?.[0] ?? '',
    password: values.NOWPAYMENTS_PASSWORD?.[0] ?? '',
  });
  const ring = new KeyRing({
    keys: values.NOWPAYMENTS_API_KEY ?? [],
    nowMs,
    async check(key) {
      const said = await checkNowPaymentsKeys(keysWith(key), { url, nowMs });
      if (said.ok) return admit(said.account);
      if (said.isCertain) return said;
      throw new ProviderUnreachable(said.why);
    },
  });
  const [codes] = values.NOWPAYMENTS_TOTP_SECRET ?? [];
  const secret = codes === undefined ? null : fromBase32(codes.toUpperCase().replace(/=+$/, ''));
  const access = { keys: () => keysWith(ring.current()), url, nowMs };
  const provider: PayoutProvider = {
    ...rail.nowPaymentsProvider({
      ...access,
      scaleOf,
      codeSecret: () => secret,
      ipnUrl: () => values.NOWPAYMENTS_IPN_URL?.[0] ?? null,
    }),
    balances: async () => {
      try {
        const found = await nowPaymentsBalances(access, scaleOf);
        return found.map(({ assetId, amountMinor }) => ({ assetId, availableMinor: amountMinor }));
      } catch (error) {
        throw questionError(error);
      }
    },
  };
  // There is no idempotency: an answer that was lost while the key changed may have been about a batch it took.
  const mayRepeat = ({ cause, message }: ProviderUnreachable, key: string) => {
    const isAboutKey = cause instanceof NowRefusal && cause.isAboutAccess;
    if (isAboutKey) ring.refused(key, message);
    return isAboutKey;
  };
  return { provider: onceReady(provider, ring, mayRepeat), ring, url };
}

function isAt(url: string, other: string): boolean {
  return new URL(url).hostname === new URL(other).hostname;
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

function ofOtherWorld(network: 'sandbox' | 'live'): Extract<KeyVerdict, { ok: false }> {
  const why =
    network === 'live'
      ? 'That is for tests. Where money is real, only a live key is used.'
      : 'That is for real money. A sandbox vault uses what is for tests only.';
  return { ok: false, why };
}

function refusePlainHttp(rail: ProviderRail, name: string, url: string, network: 'sandbox' | 'live'): void {
  if (network === 'live' && !url.startsWith('https://'))
    throw wrongSetting(rail, name, 'Where money is real the address begins with https://');
}

/** Whether the same may be asked again with another key, after this error of a call with this one. */
export type MayRepeat = (error: ProviderUnreachable, key: string) => boolean;

/** Nothing is asked before a key was found that the provider takes. */
export function onceReady<T extends object>(provider: T, ring: KeyRing, mayRepeat: MayRepeat): T {
  return new Proxy(provider, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === 'object' && member !== null) return onceReady(member, ring, mayRepeat);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) =>
        withGoodKey(ring, mayRepeat, async () => (await Reflect.apply(member, target, given)) as unknown);
    },
  });
}

/** Who is refused for their key has not been heard. */
async function withGoodKey<T>(ring: KeyRing, mayRepeat: MayRepeat, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    await ring.ready();
    const key = ring.current();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProviderUnreachable)) throw error;
      if (!mayRepeat(error, key)) throw error;
      // Ends with the last key, which `ready` says by throwing.
    }
  }
}
