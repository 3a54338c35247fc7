/**
 * Stripe and NOWPayments of the demo: simulated, each on a socket of its own, with people to be paid
 * over them. They can be stopped for a while and come back as they were, at the same address.
 */
import { createHash } from 'node:crypto';
import { assetId } from '../../../core/money/assets.ts';
import { NO_FAULTS } from '../../sandbox/faults/faults.ts';
import { type NowPaymentsSandbox, startNowPaymentsSandbox } from '../../sandbox/nowpayments/server.ts';
import { type StripeSandbox, startStripeSandbox } from '../../sandbox/stripe/server.ts';

export const USD = assetId('iso:USD');
export const NOW_ASSET = assetId('now:usdcmatic');
export const NOW_CURRENCY = 'usdcmatic';
/** As the network that it is paid on has it. */
export const NOW_SCALE = 6;

/** Quicker than the real ones, so that nobody waits. */
const BANK_TIMES = { staysMs: 1_000, travelsMs: 1_000, comesBackMs: 1_000 };
const STEP_MS = 300;

export interface ProviderPayee {
  readonly reference: string;
  readonly name: string;
  readonly email: string;
  readonly address: string;
  readonly amountMinor: bigint;
}

export interface DemoProviders {
  readonly stripe: readonly ProviderPayee[];
  readonly nowpayments: readonly ProviderPayee[];
  /** As they are now: what was stopped is started anew. */
  platform(): StripeSandbox['platform'];
  account(): NowPaymentsSandbox['account'];
  /** Whoever asks them is told nothing any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface ProvidersWish {
  /** What the names of the files begin with in which what happened is kept. */
  readonly beside: string;
  readonly stripe: number;
  readonly nowpayments: number;
}

/** Engines that are started from here on find them; the environment is left as it was found. */
export async function openProviders(wish: ProvidersWish): Promise<DemoProviders> {
  const open = async (ports: { readonly stripe: number; readonly nowpayments: number }) => {
    const around = { nowMs: () => Date.now(), faults: NO_FAULTS };
    return {
      stripe: await startStripeSandbox({
        ...around,
        port: ports.stripe,
        bankTimes: BANK_TIMES,
        ...(wish.stripe > 0 && { stateFile: `${wish.beside}.simulated-stripe` }),
      }),
      nowpayments: await startNowPaymentsSandbox({
        ...around,
        port: ports.nowpayments,
        stepMs: STEP_MS,
        ...(wish.nowpayments > 0 && { stateFile: `${wish.beside}.simulated-nowpayments` }),
      }),
    };
  };
  let now = await open({ stripe: 0, nowpayments: 0 });
  let isUp = true;
  const ports = { stripe: portOf(now.stripe.url), nowpayments: portOf(now.nowpayments.url) };
  const restore = setEnvironment({
    ...(wish.stripe > 0 && { STRIPE_SECRET_KEY: 'sk_test_of_the_demo', STRIPE_API_BASE: now.stripe.url }),
    ...(wish.nowpayments > 0 && {
      NOWPAYMENTS_API_KEY: 'key-of-the-demo',
      NOWPAYMENTS_EMAIL: 'treasury@example.org',
      NOWPAYMENTS_PASSWORD: 'demo',
      NOWPAYMENTS_API_BASE: now.nowpayments.url,
    }),
  });
  const stop = async () => {
    if (!isUp) return;
    isUp = false;
    await Promise.all([now.stripe.close(), now.nowpayments.close()]);
  };
  return {
    stripe: connectedTo(now.stripe, wish.stripe),
    nowpayments: Array.from({ length: wish.nowpayments }, (_, index) => payeeOf('NOW', index, addressOf(index), 4n)),
    platform: () => now.stripe.platform,
    account: () => now.nowpayments.account,
    stop,
    async start() {
      now = await open(ports);
      isUp = true;
    },
    async close() {
      restore();
      await stop();
    },
  };
}

/** Each has an account connected to the platform, whose balance covers them all. */
function connectedTo({ platform }: StripeSandbox, count: number): readonly ProviderPayee[] {
  const payees = Array.from({ length: count }, (_, index) => {
    const { id } = platform.addAccount(
      {
        type: 'express',
        country: 'US',
        email: emailOf('STR', index),
        metadata: {},
        defaultCurrency: 'usd',
        standing: 'active',
      },
      null,
    );
    return payeeOf('STR', index, id, 0n);
  });
  const amount = sumOf(payees);
  if (amount > 0n) platform.topUp({ amount, currency: 'usd', description: 'Funding of the demo' }, null);
  return payees;
}

/** One in ten is large enough for two approvers. `digits`: how many decimals there are beyond cents. */
function payeeOf(prefix: string, index: number, address: string, digits: bigint): ProviderPayee {
  const cents = index % 10 === 0 ? 125_000n + BigInt(index) : 1_250n + BigInt((index * 7_919) % 40_000);
  return {
    reference: `${prefix}-${String(index + 1).padStart(5, '0')}`,
    name: `${prefix === 'STR' ? 'Seller' : 'Winner'} ${index + 1}`,
    email: emailOf(prefix, index),
    address,
    amountMinor: cents * 10n ** digits,
  };
}

const emailOf = (prefix: string, index: number) => `${prefix.toLowerCase()}.${index + 1}@example.org`;

/** In hex, and not one of those of which the simulation makes something else. */
const addressOf = (index: number) => `0x${createHash('sha256').update(`demo ${index}`).digest('hex').slice(0, 39)}c`;

export const sumOf = (payees: readonly ProviderPayee[]) =>
  payees.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

const portOf = (url: string) => Number(new URL(url).port);

function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
