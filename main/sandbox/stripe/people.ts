/** Who is connected to the simulated platform for a sandbox, and what each of them is owed. */
import { createHash } from 'node:crypto';
import { type AssetId, assetId } from '../../../core/money/assets.ts';
import { BANK_FAILS, type Platform } from './platform.ts';

export interface StripePerson {
  readonly reference: string;
  readonly name: string;
  readonly email: string;
  readonly account: string;
  readonly payout: { readonly reference: string; readonly amountMinor: bigint; readonly idempotencyKey: string };
}

export interface StripeContent {
  readonly asset: AssetId;
  readonly people: readonly StripePerson[];
  /** What the treasury is funded with for them. */
  readonly fundingMinor: bigint;
  readonly idempotencyKey: string;
}

const NAMES = [
  'Agnes Holm',
  'Bastien Roux',
  'Chiara Conti',
  'Diego Salas',
  'Edda Lund',
  'Farouk Nasser',
  'Greta Weiss',
  'Hiro Tanabe',
] as const;

/** One in so many has an account that Stripe has stopped, and one a bank account that was closed. */
const STOPPED_EACH = 25;
const STOPPED_AT = 11;
const BANK_FAILS_AT = 7;
const FUNDING_STEP_MINOR = 100_000n;

/** The same seed gives the same people, and they are connected afterwards. */
export function peopleOnPlatform(
  platform: Platform,
  { count, seed }: { readonly count: number; readonly seed: string },
): StripeContent {
  const tag = createHash('sha256').update(`stripe ${seed}`).digest('hex').slice(0, 6);
  const people = Array.from({ length: count }, (_, index) => personOf(platform, index, tag));
  const owed = people.reduce((sum, { payout }) => sum + payout.amountMinor, 0n);
  return {
    asset: assetId('iso:USD'),
    people,
    fundingMinor: ((owed * 5n) / 4n / FUNDING_STEP_MINOR + 1n) * FUNDING_STEP_MINOR,
    idempotencyKey: `sandbox-stripe-${tag}`,
  };
}

function personOf(platform: Platform, index: number, tag: string): StripePerson {
  const number = String(index + 1).padStart(3, '0');
  const email = `connected.${tag}.${number}@example.org`;
  const round = Math.floor(index / NAMES.length);
  const drawn = createHash('sha256').update(`amount ${tag} ${index}`).digest().readUInt32BE(0);
  const known = [...platform.accounts.values()].find((account) => account.email === email);
  const account = known ?? platform.addAccount(accountOf(index, email), null);
  return {
    reference: `STR-${tag}-${number}`.toUpperCase(),
    name: `${NAMES[index % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`,
    email,
    account: account.id,
    payout: {
      reference: `USD-${tag}-${number}`.toUpperCase(),
      amountMinor: BigInt(2_500 + (drawn % 95_000)),
      idempotencyKey: `sandbox-stripe-${tag}-${number}`,
    },
  };
}

function accountOf(index: number, email: string) {
  const place = index % STOPPED_EACH;
  return {
    type: 'express',
    country: 'US',
    email,
    metadata: place === BANK_FAILS_AT ? { [BANK_FAILS.name]: BANK_FAILS.value } : {},
    defaultCurrency: 'usd',
    standing: place === STOPPED_AT ? ('restricted' as const) : ('active' as const),
  };
}
