/**
 * How the accounts at Stripe and NOWPayments are set up. Each setting is taken from the environment
 * first, and from what the vault keeps where the environment has none; of keys several are in force
 * while one takes another's place, newest first.
 */
import { z } from 'zod';
import type { ProviderRail } from '../contract/providers.ts';
import {
  lastFour,
  type RailDefinition,
  type RailSettingDefinition,
  type SettingTexts,
} from '../rails/settings/definitions.ts';
import { wrongSetting } from '../rails/settings/errors.ts';
import type { KeptSettings } from '../rails/settings/kept.ts';

const url = z.url({ protocol: /^https?$/, error: 'Expected a URL that begins with https:// or http://' });
const stripeKey = z
  .string()
  .regex(/^(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{8,250}$/, 'Expected a secret key of Stripe: it begins with sk_ or rk_');
const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/=_-]{16,250}$/, 'Expected the signing secret of an endpoint: it begins with whsec_');
const plainKey = z
  .string()
  .regex(/^[\x21-\x2b\x2d-\x7e]{8,250}$/, 'Expected a key of at least 8 letters, digits and signs');
const email = z.email('Expected an e-mail address');
const password = z.string().min(1).max(250);
const totp = z.string().regex(/^[A-Z2-7]{16,128}=*$/i, 'Expected the secret of an authenticator, in base32');

interface Known {
  readonly schema: z.ZodType<string>;
  /** `ends`: its last four characters; `nothing`: it is too short to show any of it. */
  readonly secret?: 'ends' | 'nothing';
  /** Without it the rail is not set up. */
  readonly needed?: boolean;
}

const STRIPE = {
  STRIPE_SECRET_KEY: { schema: stripeKey, secret: 'ends', needed: true },
  STRIPE_WEBHOOK_SECRET: { schema: webhookSecret, secret: 'ends' },
  STRIPE_API_BASE: { schema: url },
} as const satisfies Record<string, Known>;

const NOWPAYMENTS = {
  NOWPAYMENTS_API_KEY: { schema: plainKey, secret: 'ends', needed: true },
  NOWPAYMENTS_EMAIL: { schema: email, needed: true },
  NOWPAYMENTS_PASSWORD: { schema: password, secret: 'nothing', needed: true },
  NOWPAYMENTS_IPN_SECRET: { schema: plainKey, secret: 'ends' },
  NOWPAYMENTS_TOTP_SECRET: { schema: totp, secret: 'nothing' },
  NOWPAYMENTS_API_BASE: { schema: url },
  /** Where the server is reached from outside: sent with each payment, for news of it. */
  NOWPAYMENTS_IPN_URL: { schema: url },
} as const satisfies Record<string, Known>;

const SETTINGS: Readonly<Record<ProviderRail, Readonly<Record<string, Known>>>> = {
  stripe: STRIPE,
  nowpayments: NOWPAYMENTS,
};

export type ProviderSettingName = keyof typeof STRIPE | keyof typeof NOWPAYMENTS;

const NOTHING_SHOWN = '••••';

function definitionOf(rail: ProviderRail): RailDefinition {
  const known = Object.entries(SETTINGS[rail]);
  const settings = known.map(
    ([name, { schema, secret }]): RailSettingDefinition => ({
      name,
      shown: secret === undefined ? null : secret === 'ends' ? lastFour : () => NOTHING_SHOWN,
      wrong: (text) => schema.safeParse(text).error?.issues[0]?.message ?? null,
    }),
  );
  // Each by itself is all there is to check here; whether the provider takes them, it is asked.
  return { settings, refuse: () => undefined };
}

export const STRIPE_SETTINGS: RailDefinition = definitionOf('stripe');
export const NOWPAYMENTS_SETTINGS: RailDefinition = definitionOf('nowpayments');

export interface ProviderSettings {
  readonly rail: ProviderRail;
  /** What is in force of each name, newest first; of what is no secret, one at most. */
  readonly values: Readonly<Partial<Record<ProviderSettingName, readonly string[]>>>;
  readonly fromEnvironment: readonly string[];
  /** Names without which nothing is paid over it. */
  readonly missing: readonly string[];
}

/** Refused by name when one of them is not what it can be; never with the value: it may be a secret. */
export function resolveProvider(rail: ProviderRail, environment: SettingTexts, kept: KeptSettings): ProviderSettings {
  const values: Partial<Record<string, readonly string[]>> = {};
  const fromEnvironment: string[] = [];
  const missing: string[] = [];
  for (const [name, known] of Object.entries(SETTINGS[rail])) {
    const given = environment[name]?.trim() ?? '';
    const found = given === '' ? keptOf(kept, name) : splitUp(given, known);
    if (given !== '') fromEnvironment.push(name);
    for (const text of found) {
      const wrong = known.schema.safeParse(text).error?.issues[0]?.message ?? null;
      if (wrong !== null) throw wrongSetting(rail, name, wrong);
    }
    if (found.length > 0) values[name] = found;
    else if (known.needed === true) missing.push(name);
  }
  return { rail, values, fromEnvironment, missing };
}

/** A password may have commas in it. */
function splitUp(given: string, { secret }: Known): readonly string[] {
  return secret === 'ends' ? given.split(',').map((one) => one.trim()) : [given];
}

function keptOf({ texts, secrets }: KeptSettings, name: string): readonly string[] {
  const text = texts[name];
  return secrets[name] ?? (text === undefined ? [] : [text]);
}

export function isSetUp({ values, missing }: ProviderSettings): boolean {
  return missing.length === 0 && Object.keys(values).length > 0;
}
