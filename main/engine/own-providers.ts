/**
 * The simulated providers of a sandbox vault: each is started when somebody needs it, keeps what
 * happened in a file beside the vault, and holds what the books say the treasury was funded with.
 */
import { sql } from 'kysely';
import type { ProviderRail } from '../../core/contract/providers.ts';
import type { AssetId } from '../../core/money/assets.ts';
import type { ProviderSettings } from '../../core/providers/settings.ts';
import type { Treasury } from '../../core/store/command.ts';
import { NO_FAULTS } from '../sandbox/faults/faults.ts';
import type { NowPaymentsSandbox } from '../sandbox/nowpayments/server.ts';
import { type SimulatedBank, startSimulatedBank } from '../sandbox/simulated-bank.ts';
import type { StripeSandbox } from '../sandbox/stripe/server.ts';
import { SimulatedService, type Urls } from './simulated-service.ts';

const KEY = 'sk_test_sandbox_of_this_vault';
const urlsOf = ({ url }: { readonly url: string }) => ({ url });
const urlIn = ({ url = '' }: Urls) => url;

export class OwnProviders {
  readonly #treasury: Treasury;
  readonly #bank: SimulatedService<SimulatedBank>;
  readonly #stripe: SimulatedService<StripeSandbox>;
  readonly #nowpayments: SimulatedService<NowPaymentsSandbox>;
  /** Also those that run in another process. */
  readonly #used = new Set<ProviderRail>();

  constructor(treasury: Treasury, { beside, isShared }: { readonly beside: string; readonly isShared: boolean }) {
    this.#treasury = treasury;
    const nowMs = () => treasury.clock.nowMs();
    const kept = (name: string) => ({ file: `${beside}.simulated-${name}`, isShared, urlsOf });
    this.#bank = new SimulatedService<SimulatedBank>({
      ...kept('bank'),
      start: (file) => startSimulatedBank({ file, nowMs }),
    });
    this.#stripe = new SimulatedService<StripeSandbox>({
      ...kept('stripe'),
      start: async (stateFile) => {
        const { startStripeSandbox } = await import('../sandbox/stripe/server.ts');
        return startStripeSandbox({ nowMs, faults: NO_FAULTS, stateFile });
      },
    });
    this.#nowpayments = new SimulatedService<NowPaymentsSandbox>({
      ...kept('nowpayments'),
      start: async (stateFile) => {
        const { startNowPaymentsSandbox } = await import('../sandbox/nowpayments/server.ts');
        return startNowPaymentsSandbox({ nowMs, faults: NO_FAULTS, stateFile });
      },
    });
  }

  isStarted(rail: ProviderRail): boolean {
    return this.#used.has(rail);
  }

  async bankUrl(): Promise<string> {
    return urlIn(await this.#bank.urls());
  }

  /** What would be set if it were somebody else's. */
  async settings(rail: ProviderRail): Promise<ProviderSettings> {
    const found = { rail, fromEnvironment: [], missing: [] };
    this.#used.add(rail);
    if (rail === 'stripe') {
      const url = urlIn(await this.#stripe.urls());
      if (this.#stripe.isStarted) await this.#fill(await this.#stripe.here());
      return { ...found, values: { STRIPE_SECRET_KEY: [KEY], STRIPE_API_BASE: [url] } };
    }
    const values = {
      NOWPAYMENTS_API_KEY: ['sandbox-of-this-vault'],
      NOWPAYMENTS_EMAIL: ['sandbox@example.org'],
      NOWPAYMENTS_PASSWORD: ['sandbox'],
      NOWPAYMENTS_API_BASE: [urlIn(await this.#nowpayments.urls())],
    };
    return { ...found, values };
  }

  /** Itself, to put people on it. */
  async stripe(): Promise<StripeSandbox> {
    const sandbox = await this.#stripe.here();
    this.#used.add('stripe');
    await this.#fill(sandbox);
    return sandbox;
  }

  async close(): Promise<void> {
    for (const service of [this.#bank, this.#stripe, this.#nowpayments]) await service.close();
  }

  /** What the treasury was funded with lies there too, as if it had been topped up each time. */
  async #fill({ platform }: StripeSandbox): Promise<void> {
    const { toStripe } = await import('../rails/stripe/currency.ts');
    for (const { assetId, scale, fundedMinor } of await this.#funded()) {
      const money = toStripe(assetId, fundedMinor, () => scale);
      if ('why' in money) continue;
      const topped = platform.topups.filter(({ currency }) => currency === money.currency);
      const missing = BigInt(money.amount) - topped.reduce((sum, { amount }) => sum + amount, 0n);
      if (missing > 0n) platform.topUp({ amount: missing, currency: money.currency, description: 'Funding' }, null);
    }
  }

  async #funded() {
    const rows = await this.#treasury.writer.rows<{ id: AssetId; scale: bigint; funded: bigint }>(sql`
      select s.id, s.scale, b.balance_minor as funded from assets s
      join accounts a on a.asset_id = s.id and a.entity = 'treasury:bank' and a.pool = ''
      join account_balances b on b.account_id = a.id
      where s.network is null and b.balance_minor > 0`);
    return rows.map(({ id, scale, funded }) => ({ assetId: id, scale: Number(scale), fundedMinor: funded }));
  }
}
