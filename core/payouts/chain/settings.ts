/**
 * How Stellar payments are made here. Each setting is taken from the environment first, and from
 * what the vault keeps where the environment has none. A secret given by environment is used and
 * never stored.
 */
import { z } from 'zod';
import type { ChainMode } from '../../contract/chain.ts';
import type { Work } from '../../store/command.ts';
import type { SecretBox } from '../../store/secrets.ts';
import type { Reader } from '../../store/tx.ts';
import { badSetting } from './errors.ts';

const flag = z.enum(['true', 'false'], 'Expected true or false').transform((text) => text === 'true');
const count = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'Expected a whole number above zero')
    .transform(Number)
    .refine((number) => number <= max, `Expected at most ${max}`);
const url = z.url({ protocol: /^https?$/, error: 'Expected a URL that begins with https:// or http://' });
const account = z.string().regex(/^G[A-Z2-7]{55}$/, 'Expected the address of an account (G…)');
const contract = z.string().regex(/^C[A-Z2-7]{55}$/, 'Expected the address of a contract (C…)');
/** Several while one takes another's place, newest first. */
const secrets = z
  .string()
  .regex(/^S[A-Z2-7]{55}(,S[A-Z2-7]{55}){0,3}$/, 'Expected a secret key (S…), or up to four with commas between')
  .transform((text) => text.split(','));
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
  PAYOUT_METHOD_NAME: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,31}$/, 'Expected the name of a method'),
  PAYOUTS_MAX_GAS_STROOPS: count(1_000_000_000),
  PAYOUTS_MAX_ATTEMPTS: count(100),
  PAYOUTS_CONFIRM_POLL_MS: count(600_000),
  PAYOUTS_CONFIRM_MAX_POLLS: count(10_000),
} as const;

export type ChainSettingName = keyof typeof SCHEMAS;
export const CHAIN_SETTING_NAMES = Object.keys(SCHEMAS) as readonly ChainSettingName[];
type Values = { readonly [N in ChainSettingName]?: z.output<(typeof SCHEMAS)[N]> };

export interface HotKeyCap {
  /** `XLM`, or code and issuer. */
  readonly asset: string;
  readonly amount: string;
}

export interface ResolvedSettings {
  readonly contractId: string | null;
  readonly methodName: string;
  readonly source: string | null;
  readonly networkPassphrase: string | null;
  readonly rpcUrl: string | null;
  readonly horizonUrl: string | null;
  readonly mode: ChainMode;
  readonly hotSecrets: readonly string[];
  readonly hotCaps: readonly HotKeyCap[];
  readonly maxFeeMinor: bigint;
  readonly submissionsMax: number;
  readonly pollMs: number;
  readonly pollsMax: number;
  readonly fromEnvironment: readonly ChainSettingName[];
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Refused by name when one of them is not what it can be: no default takes the place of a typing error. */
export function resolveSettings(environment: Texts, kept: Texts): ResolvedSettings {
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
    contractId: values.PAYOUT_CONTRACT_ID ?? null,
    methodName: values.PAYOUT_METHOD_NAME ?? 'distribute_winnings',
    source: values.PAYOUT_SOURCE_ACCOUNT ?? null,
    networkPassphrase: values.STELLAR_NETWORK_PASSPHRASE ?? null,
    rpcUrl: values.SOROBAN_RPC_URL ?? null,
    horizonUrl: values.HORIZON_URL ?? null,
    mode: live ? (hot ? 'hot_key' : 'signers') : 'build_only',
    hotSecrets,
    hotCaps: capsIn(values.PAYOUT_HOT_SIGNER_CAPS),
    maxFeeMinor: BigInt(values.PAYOUTS_MAX_GAS_STROOPS ?? 2_000_000),
    submissionsMax: values.PAYOUTS_MAX_ATTEMPTS ?? 5,
    pollMs: values.PAYOUTS_CONFIRM_POLL_MS ?? 2_500,
    pollsMax: values.PAYOUTS_CONFIRM_MAX_POLLS ?? 20,
    fromEnvironment,
  };
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

const PREFIX = 'stellar.';
const SECRET: ChainSettingName = 'PAYOUT_HOT_SIGNER_SECRET';
const PURPOSE = 'stellar:hot-signer';

export async function keptSettings(reader: Reader, box: SecretBox): Promise<Texts> {
  const rows = await reader.db
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'like', `${PREFIX}%`)
    .execute();
  return Object.fromEntries(
    rows
      .filter(({ value }) => value !== '')
      .map(({ name, value }) => {
        const short = name.slice(PREFIX.length);
        return [short, short === SECRET ? Buffer.from(box.open(PURPOSE, value)).toString('utf8') : value];
      }),
  );
}

/** Only in a sandbox: where money is real, one person alone does not change what signs or where from. */
export async function keepSettings(work: Work, settings: Readonly<Record<string, string>>): Promise<void> {
  const kept = await keptSettings(work.tx, work.secrets);
  for (const name of Object.keys(settings)) {
    if (!(name in SCHEMAS)) throw badSetting(name, 'There is no such setting.');
  }
  resolveSettings({}, { ...kept, ...settings });
  for (const [name, text] of Object.entries(settings)) {
    const value = name === SECRET && text !== '' ? work.secrets.seal(PURPOSE, Buffer.from(text, 'utf8')) : text;
    const row = { value, changed_at_ms: BigInt(work.nowMs), changed_by: work.actor.id };
    await work.tx.write
      .insertInto('settings')
      .values({ name: PREFIX + name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
  }
  work.audit({
    action: 'chain.configure',
    subject: 'rail:stellar',
    details: {
      settings: Object.entries(settings).map(([name, value]) => ({ name, value: name === SECRET ? null : value })),
    },
  });
  work.emit({ name: 'chain.configured', subject: 'rail:stellar' });
}
