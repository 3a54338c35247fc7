/**
 * The payouts that rules match, as regions: which are left when some are taken away. So it can be
 * told whether a rule is ever reached, and whether any payout is decided about by none.
 */
import { RAILS, type RailName } from '../../contract/payees.ts';
import {
  PAYMENT_METHODS,
  PAYOUT_SOURCES,
  type PaymentMethod,
  type PayoutSource,
  type PolicyCondition,
  SCREENING_OUTCOMES,
  type ScreeningOutcome,
} from '../../contract/policy-terms.ts';

/** From, and below; null is without end. */
interface Range {
  readonly from: bigint;
  readonly below: bigint | null;
}

/** Payouts in one asset. Nothing is said about tags that stand in neither list. */
export interface Region {
  readonly rails: readonly RailName[];
  readonly sources: readonly PayoutSource[];
  readonly methods: readonly PaymentMethod[];
  readonly screening: readonly ScreeningOutcome[];
  readonly lookAlike: readonly boolean[];
  readonly firstPayment: readonly boolean[];
  readonly amount: Range;
  readonly ageMs: Range;
  /** The payee has one of each of these lists, and none of these. */
  readonly someTag: readonly (readonly string[])[];
  readonly noTag: readonly string[];
}

export const EVERYTHING: Region = {
  rails: RAILS,
  sources: PAYOUT_SOURCES,
  methods: PAYMENT_METHODS,
  screening: SCREENING_OUTCOMES,
  lookAlike: [true, false],
  firstPayment: [true, false],
  amount: { from: 0n, below: null },
  ageMs: { from: 0n, below: null },
  someTag: [],
  noTag: [],
};

/** What the condition matches in this asset; more than one region where it names several ranges. */
export function regionsOf(when: PolicyCondition, assetId: string): readonly Region[] {
  if (when.assets && !when.assets.some((id) => id === assetId)) return [];
  const amounts = when.amounts?.filter((range) => range.assetId === assetId);
  const ranges = amounts?.map(({ fromMinor, belowMinor }) => ({
    from: BigInt(fromMinor ?? 0),
    below: belowMinor === undefined ? null : BigInt(belowMinor),
  })) ?? [EVERYTHING.amount];
  return ranges.map((amount) => ({
    rails: when.rails ?? EVERYTHING.rails,
    sources: when.sources ?? EVERYTHING.sources,
    methods: when.methods ?? EVERYTHING.methods,
    screening: when.screening ?? EVERYTHING.screening,
    lookAlike: when.lookAlike === undefined ? EVERYTHING.lookAlike : [when.lookAlike],
    firstPayment: when.firstPayment === undefined ? EVERYTHING.firstPayment : [when.firstPayment],
    amount,
    ageMs: {
      from: 0n,
      below: when.destinationYoungerThanMs === undefined ? null : BigInt(when.destinationYoungerThanMs),
    },
    someTag: when.payeeTags ? [when.payeeTags] : [],
    noTag: [],
  }));
}

/** More pieces than this, and nothing is said. */
const PIECES_MAX = 4_000;

/** What is left of a region; null where it falls into too many pieces to tell. */
export function remainder(region: Region, taken: readonly Region[]): readonly Region[] | null {
  let left: readonly Region[] = [region];
  for (const other of taken) {
    left = left.flatMap((piece) => without(piece, other));
    if (left.length === 0) return left;
    if (left.length > PIECES_MAX) return null;
  }
  return left;
}

const LISTS = ['rails', 'sources', 'methods', 'screening', 'lookAlike', 'firstPayment'] as const;
const RANGES = ['amount', 'ageMs'] as const;

/** The parts of a region outside another: cut along one condition after the other. */
function without(region: Region, other: Region): readonly Region[] {
  const outside: Region[] = [];
  let inside = region;
  for (const name of LISTS) {
    const [both, only] = split<unknown>(inside[name], other[name]);
    if (both.length === 0) return [region];
    if (only.length > 0) outside.push({ ...inside, [name]: only });
    inside = { ...inside, [name]: both };
  }
  for (const name of RANGES) {
    const { both, only } = cut(inside[name], other[name]);
    if (both === null) return [region];
    for (const range of only) outside.push({ ...inside, [name]: range });
    inside = { ...inside, [name]: both };
  }
  for (const tags of other.someTag) {
    const untagged = { ...inside, noTag: [...inside.noTag, ...tags] };
    if (isPossible(untagged)) outside.push(untagged);
    inside = { ...inside, someTag: [...inside.someTag, tags] };
    if (!isPossible(inside)) return [region];
  }
  return outside;
}

function split<T>(here: readonly T[], there: readonly T[]): readonly [both: readonly T[], only: readonly T[]] {
  return [here.filter((item) => there.includes(item)), here.filter((item) => !there.includes(item))];
}

function cut(here: Range, there: Range): { both: Range | null; only: readonly Range[] } {
  const from = here.from > there.from ? here.from : there.from;
  const below = lower(here.below, there.below);
  if (below !== null && from >= below) return { both: null, only: [here] };
  const only: Range[] = [];
  if (here.from < from) only.push({ from: here.from, below: from });
  if (below !== null && (here.below === null || below < here.below)) only.push({ from: below, below: here.below });
  return { both: { from, below }, only };
}

function lower(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}

/** Whether a payee can have one of each list without having any of the others. */
function isPossible({ someTag, noTag }: Region): boolean {
  return someTag.every((tags) => tags.some((tag) => !noTag.includes(tag)));
}
