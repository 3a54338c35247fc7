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
import type { StripeSandbox } from '../sandbox/stripe/server.ts';

const KEY = 'sk_test_sandbox_of_this_vault';

export class OwnProviders {
  readonly #treasury: Treasury;
  readonly #beside: string;
  #stripe: Promise<StripeSandbox> | null = null;
  #nowpayments: Promise<NowPaymentsSandbox> | null = null;

  constructor(treasury: Treasury, beside: string) {
    this.#treasury = treasury;
    this.#beside = beside;
  }

  isStarted(rail: ProviderRail): boolean {
    return (rail === 'stripe' ? this.#stripe : this.#nowpayments) !== null;
  }

  /** What would be set if it were somebody else's. */
  async settings(rail: ProviderRail): Promise<ProviderSettings> {
    const found = { rail, fromEnvironment: [], missing: [] };
    if (rail === 'stripe') {
      const { url } = await this.stripe();
      return { ...found, values: { STRIPE_SECRET_KEY: [KEY], STRIPE_API_BASE: [url] } };
    }
    const { url } = await this.nowpayments();
    const values = {
      NOWPAYMENTS_API_KEY: ['sandbox-of-this-vault'],
      NOWPAYMENTS_EMAIL: ['sandbox@example.org'],
      NOWPAYMENTS_PASSWORD: ['sandbox'],
      NOWPAYMENTS_API_BASE: [url],
    };
    return { ...found, values };
  }

  async stripe(): Promise<StripeSandbox> {
    const nowMs = () => this.#treasury.clock.nowMs();
    this.#stripe ??= import('../sandbox/stripe/server.ts').then(({ startStripeSandbox }) =>
      startStripeSandbox({ nowMs, faults: NO_FAULTS, stateFile: `${this.#beside}.simulated-stripe` }),
    );
    const sandbox = await this.#stripe;
    await this.#fill(sandbox);
    return sandbox;
  }

  nowpayments(): Promise<NowPaymentsSandbox> {
    const nowMs = () => this.#treasury.clock.nowMs();
    this.#nowpayments ??= import('../sandbox/nowpayments/server.ts').then(({ startNowPaymentsSandbox }) =>
      startNowPaymentsSandbox({ nowMs, faults: NO_FAULTS, stateFile: `${this.#beside}.simulated-nowpayments` }),
    );
    return this.#nowpayments;
  }

  async close(): Promise<void> {
    await (await this.#stripe)?.close();
    await (await this.#nowpayments)?.close();
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
