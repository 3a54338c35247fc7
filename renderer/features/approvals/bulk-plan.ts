/**
 * Approving many: what the engine prepared for each, held against what this desk shows, and summed
 * up so that a person sees what they are about to sign in all.
 */
import type { Queued } from '../../../core/contract/index.ts';
import { minorOf } from '../../ui/amount-text.ts';
import { check, readStatement } from './statement.ts';

/** What the engine gave for one lot of ids. */
export interface Prepared {
  readonly statements: readonly { readonly id: string; readonly statement: string }[];
  readonly cannot: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

export interface ToSign {
  readonly payout: Queued;
  readonly statement: string;
}

export interface LeftOut {
  readonly id: string;
  readonly payee: string;
  readonly why: string;
}

export interface AssetTotal {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly count: number;
  readonly payees: number;
  readonly amountMinor: bigint;
  /** The largest first. */
  readonly largest: readonly Queued[];
}

export interface BulkPlan {
  readonly toSign: readonly ToSign[];
  readonly leftOut: readonly LeftOut[];
  /** Flagged, most flags first. */
  readonly odd: readonly Queued[];
  readonly totals: readonly AssetTotal[];
}

interface Around {
  readonly me: { readonly staffId: string; readonly publicKey: string };
  readonly nowMs: number;
  /** What to say of a text that is not what this desk shows. */
  readonly unchecked: string;
}

const LARGEST = 3;

/** Only what passes every check of a single approval is signed here; the rest is named with its reason. */
export function planBulk(payouts: readonly Queued[], prepared: Prepared, around: Around): BulkPlan {
  const texts = new Map(prepared.statements.map(({ id, statement }) => [id, statement]));
  const refused = new Map(prepared.cannot.map(({ id, message }) => [id, message]));
  const toSign: ToSign[] = [];
  const leftOut: LeftOut[] = [];
  for (const payout of payouts) {
    const statement = texts.get(payout.id);
    if (statement !== undefined && holds(payout, statement, around)) toSign.push({ payout, statement });
    else
      leftOut.push({
        id: payout.id,
        payee: payout.payee.name,
        why: refused.get(payout.id) ?? around.unchecked,
      });
  }
  const signed = toSign.map(({ payout }) => payout);
  return { toSign, leftOut, odd: oddFirst(signed), totals: totalsOf(signed) };
}

function holds(payout: Queued, text: string, { me, nowMs }: Around): boolean {
  const stated = readStatement(text);
  return stated !== null && Object.values(check(stated, { text, payout, me, nowMs })).every(Boolean);
}

function oddFirst(payouts: readonly Queued[]): readonly Queued[] {
  return payouts
    .filter(({ flags }) => flags.length > 0)
    .toSorted((a, b) => b.flags.length - a.flags.length || byAmount(b, a));
}

function byAmount(a: Queued, b: Queued): number {
  const difference = minorOf(a.amountMinor) - minorOf(b.amountMinor);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function totalsOf(payouts: readonly Queued[]): readonly AssetTotal[] {
  const byAsset = Map.groupBy(payouts, ({ assetId }) => assetId);
  return [...byAsset].map(([assetId, group]) => ({
    assetId,
    assetCode: group[0]?.assetCode ?? '',
    scale: group[0]?.scale ?? 0,
    count: group.length,
    payees: new Set(group.map(({ payee }) => payee.id)).size,
    amountMinor: group.reduce((sum, { amountMinor }) => sum + minorOf(amountMinor), 0n),
    largest: group.toSorted((a, b) => byAmount(b, a)).slice(0, LARGEST),
  }));
}

/** In lots the contract takes at once. */
export function lotsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
