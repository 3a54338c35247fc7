/** Who is paid in crypto currencies in a sandbox, and what each of them is owed. */
import { createHash } from 'node:crypto';
import { type AssetId, assetId } from '../../../core/money/assets.ts';

export interface NowPaymentsPerson {
  readonly reference: string;
  readonly name: string;
  readonly email: string;
  readonly address: string;
  readonly payout: { readonly reference: string; readonly amountMinor: bigint; readonly idempotencyKey: string };
}

export interface NowPaymentsContent {
  readonly asset: AssetId;
  readonly currency: string;
  readonly scale: number;
  readonly people: readonly NowPaymentsPerson[];
  /** What the treasury is funded with for them. */
  readonly fundingMinor: bigint;
  readonly idempotencyKey: string;
}

const CURRENCY = 'usdttrc20';
const SCALE = 6;
const FUNDING_STEP_MINOR = 1_000_000_000n;
const NAMES = ['Ines Duarte', 'Jakub Sýkora', 'Kofi Mensah', 'Linnea Berg', 'Marta Ruiz', 'Nils Aalto'] as const;
/** Letters and digits as addresses of Tron have them. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** One in so many is reported as failed, and paid all the same a while later. */
const LATE_EACH = 25;
const LATE_AT = 12;

/** The same seed gives the same people. */
export function peopleInCrypto({ count, seed }: { readonly count: number; readonly seed: string }): NowPaymentsContent {
  const tag = createHash('sha256').update(`nowpayments ${seed}`).digest('hex').slice(0, 6);
  const people = Array.from({ length: count }, (_, index) => personOf(index, tag));
  const owed = people.reduce((sum, { payout }) => sum + payout.amountMinor, 0n);
  return {
    asset: assetId(`now:${CURRENCY}`),
    currency: CURRENCY,
    scale: SCALE,
    people,
    // What the provider takes for itself comes on top.
    fundingMinor: ((owed * 3n) / 2n / FUNDING_STEP_MINOR + 1n) * FUNDING_STEP_MINOR,
    idempotencyKey: `sandbox-nowpayments-${tag}`,
  };
}

function personOf(index: number, tag: string): NowPaymentsPerson {
  const number = String(index + 1).padStart(3, '0');
  const round = Math.floor(index / NAMES.length);
  const drawn = createHash('sha256').update(`amount ${tag} ${index}`).digest().readUInt32BE(0);
  return {
    reference: `NOW-${tag}-${number}`.toUpperCase(),
    name: `${NAMES[index % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`,
    email: `crypto.${tag}.${number}@example.org`,
    address: addressOf(index, tag),
    payout: {
      reference: `USDT-${tag}-${number}`.toUpperCase(),
      amountMinor: BigInt(25_000_000 + (drawn % 900_000_000)),
      idempotencyKey: `sandbox-nowpayments-${tag}-${number}`,
    },
  };
}

/** Has the form of one; nobody holds its key. */
function addressOf(index: number, tag: string): string {
  const bytes = createHash('sha512').update(`address ${tag} ${index}`).digest();
  const letters = [...bytes.subarray(0, 33)].map((byte) => BASE58[byte % BASE58.length]).join('');
  return index % LATE_EACH === LATE_AT ? `T${letters.slice(0, 29)}Late` : `T${letters}`;
}
