/**
 * The accounts at providers that move money for us (Stripe, NOWPayments). How each is set up is in
 * `railSettings`; this is what became of it: whose account it is, which keys it takes, what lies there.
 */
import { z } from 'zod';
import { command, commandOfAnyone, query } from './procedure.ts';
import { railSettingName } from './rail-settings.ts';
import { assetIdText, hex, minorUnits, timeMs } from './words.ts';

/** The rails on which somebody else moves the money and is reached with keys. */
export const PROVIDER_RAILS = ['stripe', 'nowpayments'] as const;
export const providerRail = z.enum(PROVIDER_RAILS);
export type ProviderRail = z.infer<typeof providerRail>;

/**
 * - `off`        not set up: nothing goes out, and nothing is asked.
 * - `simulated`  a sandbox's own simulated provider.
 * - `ready`      set up; `account` says whose account it is once the provider has said so.
 * - `refused`    set up, and not used: `problem` says why.
 */
const PROVIDER_STATES = ['off', 'simulated', 'ready', 'refused'] as const;
const providerState = z.enum(PROVIDER_STATES);

const key = z.strictObject({
  name: railSettingName,
  /** The vault's name for it; null where the environment gives it. */
  commitment: hex(32).nullable(),
  /** Its last characters; null of what must not be shown at all. */
  shown: z.string().nullable(),
  state: z.enum(['untried', 'accepted', 'refused']),
  atMs: timeMs.nullable(),
});

export const providerAccount = z.strictObject({
  rail: providerRail,
  state: providerState,
  url: z.string(),
  /** The provider's own name of the account; every key has to be of this one. */
  account: z.string().nullable(),
  /** In words, with what to do; null where there is none. */
  problem: z.string().nullable(),
  /** Names of settings without which it is not set up. */
  missing: z.array(railSettingName),
  keys: z.array(key),
  webhooks: z.strictObject({
    path: z.string(),
    /** Whether there is a secret to verify them with: without one each is refused. */
    verifiable: z.boolean(),
    received: z.int(),
    lastAtMs: timeMs.nullable(),
  }),
});
export type ProviderAccount = z.infer<typeof providerAccount>;

/** Far above the largest that either sends. */
export const WEBHOOK_BYTES_MAX = 256 * 1024;

/** Why one was not read: it was too large, cut short, or no JSON by its own account. */
export const WEBHOOK_FAULTS = ['too_large', 'cut_short', 'content_type'] as const;
export type WebhookFault = (typeof WEBHOOK_FAULTS)[number];

/** Of an asset that is kept here; others that may lie there are left out. */
const balance = z.strictObject({
  assetId: assetIdText,
  assetCode: z.string(),
  scale: z.int(),
  availableMinor: minorUnits,
});
export type ProviderBalanceView = z.infer<typeof balance>;

export const providers = {
  list: query('staff').output(z.array(providerAccount)),

  /** Asks the provider, with each key that is in force, for something harmless. Nothing is paid. */
  test: command(['admin', 'controller'], 'provider.test')
    .input(z.strictObject({ rail: providerRail }))
    .output(z.strictObject({ account: z.string().nullable(), balances: z.array(balance) })),

  /** What lies on the account now, as the provider says. */
  balances: query(['admin', 'controller', 'auditor', 'signer', 'operator'])
    .input(z.strictObject({ rail: providerRail }))
    .output(z.array(balance)),

  /** From here on keys of another account may be set. Refused while this one may still have something to say. */
  release: command(['admin'], 'provider.release_account', { secondFactor: true })
    .input(z.strictObject({ rail: providerRail }))
    .output(z.strictObject({})),

  /**
   * What a provider tells the server. Nobody is signed in: the signature over the very bytes is what
   * proves it. It is stored before it is answered.
   */
  webhook: commandOfAnyone('provider.webhook')
    .input(
      z.union([
        z.strictObject({
          rail: providerRail,
          /** The body as it came, in base64. */
          body: z.base64().max(Math.ceil((WEBHOOK_BYTES_MAX * 4) / 3) + 4),
          signature: z.string().max(4_096).nullable(),
        }),
        /** What was not even read; it is refused, and written down. */
        z.strictObject({ rail: providerRail, fault: z.enum(WEBHOOK_FAULTS) }),
      ]),
    )
    /** False for one that is stored already. */
    .output(z.strictObject({ isNew: z.boolean() })),
};
