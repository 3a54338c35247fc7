/**
 * The accounts at providers, as an open vault has them: one for each rail, opened with what is set,
 * and opened anew when that changes. A sandbox in which nothing is set has providers of its own that
 * move no money. Nothing is loaded or started before somebody needs it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { RailName } from '../../core/contract/index.ts';
import { PROVIDER_RAILS, type ProviderRail } from '../../core/contract/providers.ts';
import type { RailSettingWish } from '../../core/contract/rail-settings.ts';
import type { AssetId } from '../../core/money/assets.ts';
import { accountOf } from '../../core/providers/accounts.ts';
import { notSetUp } from '../../core/providers/errors.ts';
import { isSetUp, type ProviderSettings, resolveProvider } from '../../core/providers/settings.ts';
import { Estimates } from '../../core/rails/estimates.ts';
import type { PayoutProvider } from '../../core/rails/provider.ts';
import { keptSettings } from '../../core/rails/settings/kept.ts';
import type { Treasury } from '../../core/store/command.ts';
import { simulatedProvider } from '../rails/simulated/provider.ts';
import type { NowPaymentsContent } from '../sandbox/nowpayments/people.ts';
import type { StripeContent } from '../sandbox/stripe/people.ts';
import { OwnProviders } from './own-providers.ts';
import {
  type AccountSurroundings,
  admitAndRemember,
  admitOnly,
  type OpenAccount,
  openNowPayments,
  openStripe,
} from './provider-accounts.ts';
import { changesAccess, checkNew, onlyToWhereTheyBelong, settingsAfter, type Trial } from './provider-trial.ts';
import { SparingLog } from './sparing-log.ts';

export interface ProviderSurroundings {
  readonly treasury: Treasury;
  readonly network: 'sandbox' | 'live';
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the names of the simulated providers' state files begin with. */
  readonly beside: string;
  /** Whether other servers may have the same simulated providers. */
  readonly isShared: boolean;
}

interface Opened extends OpenAccount {
  /** Of what it was opened with. */
  readonly mark: string;
}

export const isProviderRail = (rail: RailName): rail is ProviderRail =>
  (PROVIDER_RAILS as readonly RailName[]).includes(rail);

export class Providers {
  /** Those over which a provider moves the money: a job pays and a job reads on each, set up or not. */
  readonly rails: readonly RailName[];
  readonly webhookLog = new SparingLog();
  readonly estimates: Estimates;
  readonly #around: ProviderSurroundings;
  #simulated: { readonly url: string; readonly provider: PayoutProvider } | null = null;
  readonly #opened = new Map<ProviderRail, Promise<Opened>>();
  readonly #own: OwnProviders | null;
  readonly #scales = new Map<string, number>();

  constructor(around: ProviderSurroundings) {
    const { treasury, network, beside, isShared } = around;
    this.#around = around;
    this.estimates = new Estimates(treasury.clock);
    this.#own = network === 'sandbox' ? new OwnProviders(treasury, { beside, isShared }) : null;
    this.rails = this.#own ? ['simulated', ...PROVIDER_RAILS] : PROVIDER_RAILS;
  }

  get network(): 'sandbox' | 'live' {
    return this.#around.network;
  }

  /** Null where the rail is not set up, and where a sandbox's own provider has nothing to do yet. */
  async of(rail: RailName): Promise<PayoutProvider | null> {
    if (rail === 'simulated') return this.#own && this.#overBank(this.#own);
    if (!isProviderRail(rail)) return null;
    const account = await this.account(rail, { startOwn: await this.#isUsed(rail) });
    return account?.provider ?? null;
  }

  /** Whoever asks is told why there is none. */
  async require(rail: RailName): Promise<PayoutProvider> {
    if (rail === 'simulated' && this.#own) return this.#overBank(this.#own);
    if (!isProviderRail(rail)) throw notSetUp(rail, []);
    const account = await this.account(rail, { startOwn: true });
    if (account) return account.provider;
    throw notSetUp(rail, (await this.settingsOf(rail)).missing);
  }

  async all(): Promise<readonly PayoutProvider[]> {
    const found: PayoutProvider[] = [];
    for (const rail of this.rails) {
      const provider = await this.of(rail);
      if (provider) found.push(provider);
    }
    return found;
  }

  async settingsOf(rail: ProviderRail): Promise<ProviderSettings> {
    const { treasury, environment } = this.#around;
    return resolveProvider(rail, environment, await keptSettings(treasury.writer, treasury.secrets, rail));
  }

  /** Asked of nobody: an account that does not answer is one all the same. */
  async isSetUp(rail: RailName): Promise<boolean> {
    if (!isProviderRail(rail)) return rail === 'simulated' && this.#own !== null;
    return isSetUp(await this.settingsOf(rail)) || (this.#own?.isStarted(rail) ?? false);
  }

  async account(rail: ProviderRail, { startOwn }: { readonly startOwn: boolean }): Promise<OpenAccount | null> {
    const settings = await this.settingsOf(rail);
    await this.#readScales();
    if (isSetUp(settings)) return this.#openWith(settings);
    const own = this.#own;
    if (own === null || !(await this.#isOwn(rail, settings))) return null;
    return startOwn || own.isStarted(rail) ? this.#openOwn(rail, own) : null;
  }

  /** How the provider is asked, before they are kept, whether it takes keys as they would be; null where it is not. */
  async trialOf(rail: ProviderRail, changes: readonly RailSettingWish[]): Promise<Trial | null> {
    const { treasury, environment } = this.#around;
    const kept = await keptSettings(treasury.writer, treasury.secrets, rail);
    const before = resolveProvider(rail, environment, kept);
    // What is changed is tried out also where the environment gives it: it counts once that no longer does.
    const changed = new Set(changes.map(({ name }) => name));
    const given = Object.fromEntries(Object.entries(environment).filter(([name]) => !changed.has(name)));
    const after = resolveProvider(rail, given, await settingsAfter(treasury.writer, rail, kept, changes));
    if (!isSetUp(after) || !changes.some(changesAccess)) return null;
    const tried = onlyToWhereTheyBelong(after, before, changes);
    // Opened in any case: an address that is none to be used is refused without asking anybody.
    const { ring, url: address } = await this.opened(tried, admitOnly(treasury, rail));
    const nowMs = () => treasury.clock.nowMs();
    return isSetUp(tried) ? { rail, address, ask: () => checkNew(rail, ring, changes, nowMs) } : null;
  }

  async opened(settings: ProviderSettings, admit: AccountSurroundings['admit']): Promise<OpenAccount> {
    const { treasury, network } = this.#around;
    const around = { treasury, network, scaleOf: (asset: AssetId) => this.#scales.get(asset) ?? null, admit };
    switch (settings.rail) {
      case 'stripe':
        return openStripe(settings, around);
      case 'nowpayments':
        return openNowPayments(settings, around);
    }
  }

  /** The simulated ones of a sandbox. On a rail that is set up otherwise it is null. */
  async ownOn(rail: ProviderRail): Promise<OwnProviders | null> {
    return (await this.#isOwn(rail, await this.settingsOf(rail))) ? this.#own : null;
  }

  /** Connects them to this vault's own simulated Stripe; null where it pays over another. */
  async peopleOnStripe(wish: { readonly count: number; readonly seed: string }): Promise<StripeContent | null> {
    const own = await this.ownOn('stripe');
    if (!own) return null;
    const { peopleOnPlatform } = await import('../sandbox/stripe/people.ts');
    return peopleOnPlatform((await own.stripe()).platform, wish);
  }

  /** Likewise on NOWPayments, which knows nobody before they are paid. */
  async peopleInCrypto(wish: { readonly count: number; readonly seed: string }): Promise<NowPaymentsContent | null> {
    if (!(await this.ownOn('nowpayments'))) return null;
    const { peopleInCrypto } = await import('../sandbox/nowpayments/people.ts');
    return peopleInCrypto(wish);
  }

  async close(): Promise<void> {
    await this.#own?.close();
  }

  /** Anew when another process runs it, at another place. */
  async #overBank(own: OwnProviders): Promise<PayoutProvider> {
    const url = await own.bankUrl();
    if (this.#simulated?.url !== url)
      this.#simulated = { url, provider: simulatedProvider(url, () => this.#around.treasury.clock.nowMs()) };
    return this.#simulated.provider;
  }

  #openWith(settings: ProviderSettings): Promise<Opened> {
    const { rail } = settings;
    const { treasury } = this.#around;
    return this.#kept(rail, JSON.stringify(settings.values), () =>
      this.opened(settings, admitAndRemember(treasury, rail)),
    );
  }

  async #openOwn(rail: ProviderRail, own: OwnProviders): Promise<OpenAccount> {
    const settings = await own.settings(rail);
    // Not remembered: the first real account takes its place.
    const admit = async (account: string) => ({ ok: true as const, account });
    return this.#kept(rail, JSON.stringify(settings.values), () => this.opened(settings, admit));
  }

  /** The one that is open, unless it was opened with something else. */
  async #kept(rail: ProviderRail, what: string, open: () => Promise<OpenAccount>): Promise<Opened> {
    const mark = createHash('sha256').update(what).digest('hex');
    const before = await this.#opened.get(rail)?.catch(() => null);
    if (before?.mark === mark) return before;
    const opening = open().then((account) => ({ ...account, mark }));
    this.#opened.set(rail, opening);
    return opening;
  }

  /** Whether this vault's own simulated provider stands in: nothing is set, and no other account was ever paid from. */
  async #isOwn(rail: ProviderRail, { values }: ProviderSettings): Promise<boolean> {
    const { treasury } = this.#around;
    if (this.#own === null || Object.keys(values).length > 0) return false;
    return (await accountOf(treasury.writer, rail)) === null;
  }

  /** Whether any payout goes over it. */
  async #isUsed(rail: ProviderRail): Promise<boolean> {
    const found = await this.#around.treasury.writer.rows(sql`select 1 from payouts where rail = ${rail} limit 1`);
    return found.length > 0;
  }

  async #readScales(): Promise<void> {
    const assets = await this.#around.treasury.writer.db.selectFrom('assets').select(['id', 'scale']).execute();
    for (const { id, scale } of assets) this.#scales.set(id, Number(scale));
  }
}
