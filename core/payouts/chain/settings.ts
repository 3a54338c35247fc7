/**
 * How Stellar payments are made here. Each setting is taken from the environment first, and from
 * what the vault keeps where the environment has none. A secret given by environment is used and
 * never stored.
 */
import { z } from 'zod';
import type { ChainMode } from '../../contract/chain.ts';
import { type CallTerms, callArguments, contractMethod, USUAL_ARGUMENTS } from '../../contract/contract-calls.ts';
import { parseDecimal } from '../../money/minor.ts';
import type { RailDefinition, SettingTexts } from '../../rails/settings/definitions.ts';
import { accountOfSecret, keyBytes } from '../../rails/strkey.ts';
import { badSetting } from './errors.ts';

const flag = z.enum(['true', 'false'], 'Expected true or false').transform((text) => text === 'true');
const count = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'Expected a whole number above zero')
    .transform(Number)
    .refine((number) => number <= max, `Expected at most ${max}`);
const url = z.url({ protocol: /^https?$/, error: 'Expected a URL that begins with https:// or http://' });
const account = z
  .string()
  .refine((text) => keyBytes('account', text) !== null, 'Expected the address of an account (G…), without a slip');
const contract = z
  .string()
  .refine((text) => keyBytes('contract', text) !== null, 'Expected the address of a contract (C…), without a slip');
/** Several while one takes another's place, newest first. */
const secrets = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (several) => several.length <= 4 && several.every((one) => accountOfSecret(one) !== null),
    'Expected a secret key (S…) without a slip, or up to four with commas between',
  );
const xlm = z
  .string()
  .transform((text) => {
    const parsed = parseDecimal(text, 7);
    return parsed.ok ? parsed.minor : -1n;
  })
  .refine((minor) => minor >= 0n, 'Expected an amount of XLM, with at most seven decimals');
const CAP = /^(XLM|[A-Za-z0-9]{1,12}:G[A-Z2-7]{55})=(\d{1,12}(?:\.\d{1,7})?)$/;
const caps = z
  .string()
  .refine((text) => text.split(',').every((one) => CAP.test(one)), 'Expected XLM=1000,USDC:G…=500');

const SCHEMAS = {
  PAYOUT_CONTRACT_ID: contract,
  PAYOUT_SOURCE_ACCOUNT: account,
  STELLAR_NETWORK_PASSPHRASE: z.string().min(1).max(200),
  SOROBAN_RPC_URL: url,
  HORIZON_URL: url,
  PAYOUTS_LIVE_EXECUTION: flag,
  PAYOUTS_SIGN_WITH_HOT_KEY: flag,
  PAYOUT_HOT_SIGNER_SECRET: secrets,
  /** What the hot key may pay of each asset within a day. Without one it pays nothing. */
  PAYOUT_HOT_SIGNER_CAPS: caps,
  PAYOUT_METHOD_NAME: contractMethod,
  /** JSON: what each argument of the method is made of, in order. */
  PAYOUT_METHOD_ARGUMENTS: z
    .string()
    .max(2_000)
    .transform((text, context) => {
      const read = callArguments.safeParse(jsonOf(text));
      if (read.success) return read.data;
      context.addIssue('Expected the arguments of the method, as a list in JSON');
      return z.NEVER;
    }),
  /** How payees with a plain account are paid where nobody says: by an operation each, or by the contract. */
  PAYOUT_PAY_BY: z.enum(['payment', 'contract_call'], 'Expected payment or contract_call'),
  PAYOUTS_MAX_GAS_STROOPS: count(1_000_000_000),
  /** Pays for outbidding what waits too long, so that the source need not sign again. */
  PAYOUT_FEE_ACCOUNT: account,
  PAYOUT_FEE_SIGNER_SECRET: secrets,
  /** The most it pays within a day, in XLM. Without one it pays nothing. */
  PAYOUT_FEE_CAP_XLM: xlm,
  /** How long a submitted transaction waits before the fee account outbids it by itself. */
  PAYOUTS_BUMP_AFTER_S: count(86_400),
  PAYOUTS_MAX_ATTEMPTS: count(100),
  PAYOUTS_CONFIRM_POLL_MS: count(600_000),
  PAYOUTS_CONFIRM_MAX_POLLS: count(10_000),
} as const;

export type ChainSettingName = keyof typeof SCHEMAS;
export const CHAIN_SETTING_NAMES = Object.keys(SCHEMAS) as readonly ChainSettingName[];
const SECRETS: readonly ChainSettingName[] = ['PAYOUT_HOT_SIGNER_SECRET', 'PAYOUT_FEE_SIGNER_SECRET'];
/** Some twenty ledgers: what was not taken by then was outbid. */
const BUMP_AFTER_S = 120;
type Values = { readonly [N in ChainSettingName]?: z.output<(typeof SCHEMAS)[N]> };

export interface HotKeyCap {
  /** `XLM`, or code and issuer. */
  readonly asset: string;
  readonly amount: string;
}

export interface FeeAccountSettings {
  readonly address: string;
  /** Newest first. */
  readonly secrets: readonly string[];
  readonly dailyCapMinor: bigint;
  readonly bumpAfterMs: number;
}

export interface ResolvedSettings {
  /** The call by which the contract pays; null where no contract is set. */
  readonly call: CallTerms | null;
  /** Whether it is what is done where nobody says how. */
  readonly paysByCall: boolean;
  readonly source: string | null;
  readonly networkPassphrase: string | null;
  readonly rpcUrl: string | null;
  readonly horizonUrl: string | null;
  readonly mode: ChainMode;
  readonly hotSecrets: readonly string[];
  readonly hotCaps: readonly HotKeyCap[];
  /** Null where nobody but the signers of the source pays for outbidding. */
  readonly feeAccount: FeeAccountSettings | null;
  readonly maxFeeMinor: bigint;
  readonly submissionsMax: number;
  readonly pollMs: number;
  readonly pollsMax: number;
  readonly fromEnvironment: readonly ChainSettingName[];
}

/** Refused by name when one of them is not what it can be: no default takes the place of a typing error. */
export function resolveSettings(environment: SettingTexts, kept: SettingTexts): ResolvedSettings {
  const fromEnvironment = CHAIN_SETTING_NAMES.filter((name) => given(environment[name]));
  const values = Object.fromEntries(
    CHAIN_SETTING_NAMES.flatMap((name) => {
      const text = given(environment[name]) ?? given(kept[name]);
      return text === null ? [] : [[name, readSetting(name, text)]];
    }),
  ) as Values;
  const live = values.PAYOUTS_LIVE_EXECUTION ?? false;
  const hot = values.PAYOUTS_SIGN_WITH_HOT_KEY ?? false;
  const hotSecrets = values.PAYOUT_HOT_SIGNER_SECRET ?? [];
  if (live && hot && hotSecrets.length === 0) {
    throw badSetting('PAYOUT_HOT_SIGNER_SECRET', 'Signing with a hot key needs one.');
  }
  return {
    call: callIn(values),
    paysByCall: values.PAYOUT_PAY_BY === 'contract_call',
    source: values.PAYOUT_SOURCE_ACCOUNT ?? null,
    networkPassphrase: values.STELLAR_NETWORK_PASSPHRASE ?? null,
    rpcUrl: values.SOROBAN_RPC_URL ?? null,
    horizonUrl: values.HORIZON_URL ?? null,
    mode: live ? (hot ? 'hot_key' : 'signers') : 'build_only',
    hotSecrets,
    hotCaps: capsIn(values.PAYOUT_HOT_SIGNER_CAPS),
    feeAccount: feeAccountIn(values),
    maxFeeMinor: BigInt(values.PAYOUTS_MAX_GAS_STROOPS ?? 2_000_000),
    submissionsMax: values.PAYOUTS_MAX_ATTEMPTS ?? 5,
    pollMs: values.PAYOUTS_CONFIRM_POLL_MS ?? 2_500,
    pollsMax: values.PAYOUTS_CONFIRM_MAX_POLLS ?? 20,
    fromEnvironment,
  };
}

function feeAccountIn(values: Values): FeeAccountSettings | null {
  const { PAYOUT_FEE_ACCOUNT: address, PAYOUT_FEE_SIGNER_SECRET: secrets = [] } = values;
  if (address === undefined) {
    if (secrets.length > 0) throw badSetting('PAYOUT_FEE_ACCOUNT', 'A signer of the fee account needs the account.');
    return null;
  }
  if (secrets.length === 0) throw badSetting('PAYOUT_FEE_SIGNER_SECRET', 'The fee account needs a signer.');
  if (address === values.PAYOUT_SOURCE_ACCOUNT) {
    throw badSetting('PAYOUT_FEE_ACCOUNT', 'The fee account is another than the one that pays payees.');
  }
  return {
    address,
    secrets,
    dailyCapMinor: values.PAYOUT_FEE_CAP_XLM ?? 0n,
    bumpAfterMs: (values.PAYOUTS_BUMP_AFTER_S ?? BUMP_AFTER_S) * 1000,
  };
}

function callIn(values: Values): CallTerms | null {
  const contract = values.PAYOUT_CONTRACT_ID;
  if (contract === undefined) {
    if (values.PAYOUT_PAY_BY === 'contract_call') {
      throw badSetting('PAYOUT_CONTRACT_ID', 'To pay by a contract needs one.');
    }
    return null;
  }
  return {
    contract,
    method: values.PAYOUT_METHOD_NAME ?? 'distribute_winnings',
    arguments: values.PAYOUT_METHOD_ARGUMENTS ?? [...USUAL_ARGUMENTS],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const OF_CALLS: readonly ChainSettingName[] = [
  'PAYOUT_CONTRACT_ID',
  'PAYOUT_METHOD_NAME',
  'PAYOUT_METHOD_ARGUMENTS',
  'PAYOUT_PAY_BY',
  'STELLAR_NETWORK_PASSPHRASE',
  'SOROBAN_RPC_URL',
  'HORIZON_URL',
];

/** Only how contracts pay: whoever asks for a payout is not turned away for a mistake about signing. */
export function resolveCallSettings(environment: SettingTexts, kept: SettingTexts): ResolvedSettings {
  const only = (texts: SettingTexts) => Object.fromEntries(OF_CALLS.map((name) => [name, texts[name]]));
  return resolveSettings(only(environment), only(kept));
}

/** Set to nothing is not set. */
function given(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

/** What is wrong is told without the value: it may be a secret in the wrong place. */
function readSetting(name: ChainSettingName, text: string): unknown {
  const read = SCHEMAS[name].safeParse(text);
  if (!read.success) throw badSetting(name, read.error.issues[0]?.message ?? 'It cannot be read.');
  return read.data;
}

function capsIn(text: string | undefined): readonly HotKeyCap[] {
  return (text?.split(',') ?? []).map((one) => {
    const [, asset = '', amount = ''] = CAP.exec(one) ?? [];
    return { asset, amount };
  });
}

/** What an admin can set here, one by one and together. */
export const STELLAR_SETTINGS: RailDefinition = {
  settings: CHAIN_SETTING_NAMES.map((name) => {
    const isSecret = SECRETS.includes(name);
    return {
      name,
      shown: isSecret ? (secret) => accountOfSecret(secret) ?? '…' : null,
      wrong: (text) => {
        if (isSecret && text.includes(',')) return 'One secret key at a time.';
        return SCHEMAS[name].safeParse(text).error?.issues[0]?.message ?? null;
      },
    };
  }),
  refuse: (texts) => {
    resolveSettings({}, texts);
  },
};
