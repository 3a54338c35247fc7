/**
 * What a sandbox is filled with: people as a treasury pays them (creators, winners, recruiters,
 * sellers), with amounts of the sizes that such people get. It all follows from the seed.
 */
import { createHash } from 'node:crypto';
import { type AssetId, assetId } from '../../core/money/assets.ts';

/** What the simulated bank does with an address; it says so in its first letters. */
export type SandboxOutcome = 'completed' | 'failed' | 'quarantined';

export interface SandboxPayee {
  readonly reference: string;
  readonly name: string;
  readonly email: string;
  readonly address: string;
  readonly outcome: SandboxOutcome;
}

export interface SandboxPayout {
  readonly reference: string;
  /** Which of the payees it is for. */
  readonly payee: number;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
}

export interface SandboxFunding {
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
}

export interface SandboxContent {
  /** In every reference, so that two fillings of one vault do not meet. */
  readonly tag: string;
  readonly payees: readonly SandboxPayee[];
  readonly payouts: readonly SandboxPayout[];
  readonly funding: readonly SandboxFunding[];
}

const USD = assetId('iso:USD');
const EUR = assetId('iso:EUR');

export function sandboxContent(
  count: { readonly payees: number; readonly payouts: number },
  seed: string,
): SandboxContent {
  const tag = createHash('sha256').update(`tag ${seed}`).digest('hex').slice(0, 6);
  const people = Array.from({ length: count.payees }, (_, index) =>
    personOf(dice(`payee ${seed} ${index}`), index, tag),
  );
  const payouts = Array.from({ length: count.payouts }, (_, index) => {
    const payee = index % people.length;
    return payoutOf(dice(`payout ${seed} ${index}`), index, payee, people[payee]?.kind ?? KINDS[0], tag);
  });
  return {
    tag,
    payees: people.map(({ kind: _kind, ...payee }) => payee),
    payouts,
    funding: [USD, EUR].map((asset) => ({
      assetId: asset,
      amountMinor: enoughFor(payouts.filter((payout) => payout.assetId === asset)),
      idempotencyKey: `sandbox-${tag}-${asset}`,
    })),
  };
}

/** Draws numbers that depend on nothing but the text. */
interface Dice {
  below(limit: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
}

function dice(text: string): Dice {
  const bytes = createHash('sha256').update(text).digest();
  let at = 0;
  const below = (limit: number) => {
    const drawn = bytes.readUInt32BE(at) % limit;
    at += 4;
    return drawn;
  };
  return { below, pick: (list) => list[below(list.length)] ?? list[0] };
}

interface Kind {
  readonly payee: string;
  readonly payout: string;
  amountMinor(dice: Dice): bigint;
}

const between = (low: number, high: number) => (roll: Dice) => BigInt(low + roll.below(high - low));
const PRIZES = [10_000n, 25_000n, 50_000n, 100_000n, 250_000n, 1_000_000n] as const;

const CREATOR: Kind = { payee: 'CRE', payout: 'ROY', amountMinor: between(3_150, 480_000) };
const WINNER: Kind = { payee: 'WIN', payout: 'PRZ', amountMinor: (roll) => roll.pick(PRIZES) };
const RECRUITER: Kind = { payee: 'REC', payout: 'FEE', amountMinor: between(120_000, 900_000) };
const SELLER: Kind = { payee: 'SEL', payout: 'SAL', amountMinor: between(1_200, 95_000) };
/** As often as such people are paid: most are creators and sellers. */
const KINDS = [CREATOR, CREATOR, CREATOR, SELLER, SELLER, WINNER, RECRUITER] as const;

function personOf(roll: Dice, index: number, tag: string): SandboxPayee & { readonly kind: Kind } {
  const kind = roll.pick(KINDS);
  const first = roll.pick(FIRST_NAMES);
  const last = roll.pick(LAST_NAMES);
  const outcome = outcomeOf(index);
  const number = String(index + 1).padStart(4, '0');
  const plain = (text: string) =>
    text
      .normalize('NFD')
      .replaceAll(/[^A-Za-z]/g, '')
      .toLowerCase();
  return {
    kind,
    reference: `${kind.payee}-${tag}-${number}`.toUpperCase(),
    name: `${first} ${last}`,
    email: `${plain(first)}.${plain(last)}.${number}@example.org`,
    address: `sim:${PREFIX[outcome]}${plain(first)}-${plain(last)}-${tag}-${number}`,
    outcome,
  };
}

const PREFIX: Record<SandboxOutcome, string> = { completed: '', failed: 'fail-', quarantined: 'strange-' };

/** One strange answer, and an account in forty that is closed: enough to see what becomes of them. */
function outcomeOf(index: number): SandboxOutcome {
  if (index === 5) return 'quarantined';
  return index % 40 === 11 ? 'failed' : 'completed';
}

function payoutOf(roll: Dice, index: number, payee: number, kind: Kind, tag: string): SandboxPayout {
  const number = String(index + 1).padStart(5, '0');
  return {
    reference: `${kind.payout}-${tag}-${number}`.toUpperCase(),
    payee,
    assetId: roll.below(5) < 3 ? USD : EUR,
    amountMinor: kind.amountMinor(roll),
    idempotencyKey: `sandbox-${tag}-${number}`,
  };
}

const FUNDING_STEP_MINOR = 1_000_000n;

/** A quarter more than is asked for, in round sums, and never nothing. */
function enoughFor(payouts: readonly SandboxPayout[]): bigint {
  const asked = payouts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return ((asked * 5n) / 4n / FUNDING_STEP_MINOR + 1n) * FUNDING_STEP_MINOR;
}

// biome-ignore format: a list to skim, not to scroll
const FIRST_NAMES = [
  'Aaliyah', 'Adaeze', 'Amélie', 'Ángel', 'Anjali', 'Beatriz', 'Bogdan', 'Carla', 'Chidi', 'Daniela', 'Elif', 'Emeka',
  'Fatima', 'Felix', 'Giulia', 'Hana', 'Hugo', 'Ingrid', 'Ivana', 'Jonas', 'Kaito', 'Katarzyna', 'Lars', 'Leïla',
  'Lucía', 'Mateo', 'Mei', 'Niamh', 'Noah', 'Oksana', 'Olu', 'Priya', 'Rafael', 'Saoirse', 'Selin', 'Sofia',
  'Tomás', 'Viktor', 'Yara', 'Zofia',
] as const;

// biome-ignore format: a list to skim, not to scroll
const LAST_NAMES = [
  'Abiola', 'Andersson', 'Bauer', 'Bianchi', 'Brennan', 'Castillo', 'Chen', 'Dąbrowska', 'Demir', 'Dubois', 'Eze',
  'Fernández', 'Fischer', 'Gallagher', 'Haddad', 'Horváth', 'Ibrahim', 'Jensen', 'Kaya', 'Kowalski', 'Larsen', 'Lindqvist',
  'Marín', 'Mehta', 'Moreau', 'Nakamura', 'Novák', 'Nwosu', 'O’Sullivan', 'Okafor', 'Park', 'Pereira', 'Petrov',
  'Rossi', 'Sharma', 'Silva', 'Tanaka', 'Varga', 'Weber', 'Yılmaz',
] as const;
