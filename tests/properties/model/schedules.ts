/** Payout schedules, escrow holds and the placements that move them, as the model sees them. */
import { type Asset, payee, reserve, system } from './books.ts';
import { MINIMUM, request } from './payouts.ts';
import type { Answer, EscrowModel, ModelState, ScheduleModel } from './state.ts';

const DAY = 24 * 60 * 60 * 1000;
const TRIES_MAX = 3;
export const TRY_AGAIN = 15 * 60 * 1000;

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const atOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const isOver = (m: ModelState, day: string): boolean => atOf(day) + DAY <= m.now;

/** A time of its own, or the day of a placement's guarantee. */
export interface When {
  readonly at: number | null;
  readonly placement: string | null;
  /** Undefined: what follows from the rest. */
  readonly onGuarantee: boolean | undefined;
  /** The day that the caller knows the guarantee to end on. */
  readonly day: string | null;
}

type Settled = { readonly at: number | null; readonly onGuarantee: boolean };

/** What it comes to, or why it is refused; what is learnt of the placement is remembered by `learn`. */
function settle(m: ModelState, { at, placement, day, ...when }: When, past: string): Settled | string {
  const onGuarantee = when.onGuarantee ?? (at === null && day !== null);
  if (onGuarantee && at !== null) return 'input.invalid';
  if ((onGuarantee || day !== null) && placement === null) return 'input.invalid';
  const known = placement === null ? null : (m.placements.get(placement) ?? null);
  if (day !== null && known !== null && day !== known) return 'placement.other_guarantee';
  if (!onGuarantee) return at !== null && at <= m.now ? past : { at, onGuarantee };
  const ends = day ?? known;
  if (ends === null) return 'placement.no_guarantee';
  return isOver(m, ends) ? past : { at: atOf(ends), onGuarantee };
}

function learn(m: ModelState, placement: string | null, day: string | null): void {
  if (placement !== null) m.placements.set(placement, day ?? m.placements.get(placement) ?? null);
}

export interface ScheduleTerms {
  readonly payee: number;
  readonly asset: Asset;
  readonly amount: bigint;
  readonly funding: 'direct' | 'balance';
  readonly due: number | null;
  readonly placement: string | null;
  readonly onGuarantee: boolean | undefined;
  readonly day: string | null;
}

const contentOf = (terms: object): string =>
  JSON.stringify(terms, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

export function writeSchedule(m: ModelState, writer: number, key: string, terms: ScheduleTerms): Answer {
  const content = contentOf(terms);
  const earlier = m.schedules.find((one) => one.key === key);
  if (earlier) return earlier.content === content ? 'ok' : 'schedule.idempotency_mismatch';
  const unpayable = refusedNow(m, terms);
  if (unpayable !== null) return unpayable;
  const onGuarantee = terms.due === null || terms.onGuarantee === true;
  const when = settle(m, { at: terms.due, placement: terms.placement, onGuarantee, day: terms.day }, 'schedule.past');
  if (typeof when === 'string') return when;
  learn(m, terms.placement, terms.day);
  const { payee: who, asset, amount, funding, placement } = terms;
  const index = m.schedules.length;
  m.schedules.push({
    index,
    key,
    content,
    writer,
    payee: who,
    funding,
    placement,
    reference: `S${index}`,
    asset,
    amount,
    due: when.at ?? Number.NaN,
    onGuarantee: when.onGuarantee,
    status: 'pending',
    version: 1,
    tries: 0,
    triedAt: null,
    payout: null,
    deleted: false,
  });
  return 'ok';
}

function refusedNow(m: ModelState, { payee: who, amount }: Pick<ScheduleTerms, 'payee' | 'amount'>): string | null {
  if (m.retired.has(who)) return 'destination.retired';
  return amount < MINIMUM ? 'payout.amount' : null;
}

export interface ScheduleChange {
  readonly stale: boolean;
  readonly amount: bigint | null;
  readonly due: number | null;
  readonly onGuarantee: boolean;
}

export function editSchedule(m: ModelState, one: ScheduleModel, by: number, change: ScheduleChange): Answer {
  if (one.deleted) return 'schedule.unknown';
  if (one.writer !== by) return 'schedule.not_yours';
  if (change.stale) return 'schedule.stale';
  const amount = change.amount ?? one.amount;
  let when: Settled = { at: one.due, onGuarantee: one.onGuarantee };
  if (change.due !== null || change.onGuarantee) {
    const { due: at, onGuarantee } = change;
    const settled = settle(m, { at, placement: one.placement, onGuarantee, day: null }, 'schedule.past');
    if (typeof settled === 'string') return settled;
    when = settled;
  }
  if (amount === one.amount && when.at === one.due && when.onGuarantee === one.onGuarantee)
    return 'schedule.nothing_changed';
  const unpayable = refusedNow(m, { payee: one.payee, amount });
  if (unpayable !== null) return unpayable;
  if (one.status !== 'pending' && one.status !== 'failed') return 'schedule.stale';
  Object.assign(one, { amount, due: when.at, onGuarantee: when.onGuarantee, status: 'pending', tries: 0 });
  one.triedAt = null;
  one.version += 1;
  return 'ok';
}

export function cancelSchedule(one: ScheduleModel): Answer {
  if (one.deleted) return 'schedule.unknown';
  if (one.status !== 'pending' && one.status !== 'failed') return 'schedule.stale';
  one.status = 'cancelled';
  one.version += 1;
  return 'ok';
}

export function deleteSchedule(one: ScheduleModel): Answer {
  if (one.deleted) return 'schedule.unknown';
  if (one.status === 'processing' || one.status === 'processed') return 'schedule.stale';
  one.deleted = true;
  one.version += 1;
  return 'ok';
}

/** By hand, whatever the time. */
export function trigger(m: ModelState, one: ScheduleModel): Answer {
  if (one.deleted) return 'schedule.unknown';
  if (one.status !== 'pending' && one.status !== 'failed') return 'schedule.stale';
  begin(one);
  if (wouldBePaid(m, one)) complete(m, one);
  else giveBack(m, one);
  return 'ok';
}

export function begin(one: ScheduleModel): void {
  one.status = 'processing';
  one.version += 1;
}

export const wouldBePaid = (m: ModelState, one: ScheduleModel): boolean => !m.retired.has(one.payee);

export function complete(m: ModelState, one: ScheduleModel): void {
  const { payee: who, asset, amount, funding, reference } = one;
  const terms = { payee: who, asset, amount, funding, due: null, statement: null, reference };
  const answer = request(m, one.writer, `schedule:${one.index}`, terms);
  if (answer !== 'ok') throw new Error(`A schedule was processed whose payout is refused: ${answer}`);
  one.payout = m.payouts.length - 1;
  one.status = 'processed';
  one.version += 1;
}

export function giveBack(m: ModelState, one: ScheduleModel): void {
  one.tries = Math.min(TRIES_MAX, one.tries + 1);
  one.triedAt = m.now;
  one.status = one.tries === TRIES_MAX ? 'failed' : 'pending';
  one.version += 1;
}

export const isDue = (m: ModelState, one: ScheduleModel): boolean =>
  !one.deleted &&
  (one.status === 'processing' ||
    (one.status === 'pending' && one.due <= m.now && (one.triedAt === null || one.triedAt <= m.now - TRY_AGAIN)));

export type EscrowTerms = Pick<EscrowModel, 'payee' | 'asset' | 'amount' | 'placement'> & {
  readonly release: number | null;
  readonly day: string | null;
};

export function holdInEscrow(m: ModelState, key: string, terms: EscrowTerms): Answer {
  if (terms.amount <= 0n) return 'escrow.amount';
  const content = contentOf(terms);
  const earlier = m.escrows.find((one) => one.key === key);
  if (earlier) return earlier.content === content ? 'ok' : 'escrow.idempotency_mismatch';
  const { payee: who, asset, amount, placement, release, day } = terms;
  const when = settle(m, { at: release, placement, onGuarantee: undefined, day }, 'escrow.past');
  if (typeof when === 'string') return when;
  const moved = m.books.move([{ from: payee(who, asset), to: reserve(asset), amount }]);
  if (moved !== 'ok') return moved;
  learn(m, placement, day);
  m.escrows.push({
    index: m.escrows.length,
    key,
    content,
    payee: who,
    asset,
    amount,
    placement,
    release: when.at,
    onGuarantee: when.onGuarantee,
    status: 'active',
    version: 1,
    deleted: false,
  });
  return 'ok';
}

export interface EscrowChange {
  readonly stale: boolean;
  /** Undefined: as it was; null: only a person releases it. */
  readonly release: number | null | undefined;
  readonly onGuarantee: boolean | undefined;
}

export function editEscrow(m: ModelState, one: EscrowModel, change: EscrowChange): Answer {
  if (one.deleted) return 'escrow.unknown';
  if (one.status !== 'active' || change.stale) return 'escrow.stale';
  let when: Settled = { at: one.release, onGuarantee: one.onGuarantee };
  if (change.release !== undefined || change.onGuarantee === true) {
    const at = change.release ?? null;
    const { onGuarantee } = change;
    const settled = settle(m, { at, placement: one.placement, onGuarantee, day: null }, 'escrow.past');
    if (typeof settled === 'string') return settled;
    when = settled;
  }
  if (when.at === one.release && when.onGuarantee === one.onGuarantee) return 'escrow.nothing_changed';
  one.release = when.at;
  one.onGuarantee = when.onGuarantee;
  one.version += 1;
  return 'ok';
}

export function endEscrow(m: ModelState, one: EscrowModel, end: 'release' | 'cancel'): Answer {
  if (one.deleted) return 'escrow.unknown';
  if (one.status !== 'active') return 'escrow.stale';
  const { asset, amount } = one;
  const to = end === 'release' ? payee(one.payee, asset) : system('obligations', asset);
  m.books.move([{ from: reserve(asset), to, amount }]);
  one.status = end === 'release' ? 'released' : 'cancelled';
  one.version += 1;
  return 'ok';
}

export function deleteEscrow(one: EscrowModel): Answer {
  if (one.deleted) return 'escrow.unknown';
  if (one.status === 'active') return 'escrow.active';
  one.deleted = true;
  one.version += 1;
  return 'ok';
}

/** The guarantee ends on another day: what waits for it moves along. */
export function movePlacement(m: ModelState, placement: string, day: string): Answer {
  if (!m.placements.has(placement)) return 'placement.unknown';
  if (isOver(m, day)) return 'schedule.past';
  m.placements.set(placement, day);
  for (const one of m.schedules) {
    if (one.placement !== placement || !one.onGuarantee || one.deleted) continue;
    if (one.status !== 'pending' && one.status !== 'failed') continue;
    one.due = atOf(day);
    one.version += 1;
  }
  for (const one of m.escrows) {
    if (one.placement !== placement || !one.onGuarantee || one.status !== 'active') continue;
    one.release = atOf(day);
    one.version += 1;
  }
  return 'ok';
}
