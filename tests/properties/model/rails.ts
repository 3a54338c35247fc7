/** What paying and bringing back the provider's records come to, as the model sees it. */
import { type Behaviour, takenAs } from '../unreliable-rail.ts';
import { type Asset, clearing, funds } from './books.ts';
import { proofOf, stand } from './payouts.ts';
import type { AttemptModel, ModelState, PayoutModel, RecordModel, TakenModel } from './state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface DriveTerms {
  readonly behaviourOf: (payout: number) => Behaviour;
  readonly reachable: boolean;
  /** What the treasury calls each payout: it orders by that what happened at one moment. */
  readonly ids: readonly string[];
}

export function drive(m: ModelState, terms: DriveTerms): void {
  const byId = (a: PayoutModel, b: PayoutModel) => ((terms.ids[a.index] ?? '') < (terms.ids[b.index] ?? '') ? -1 : 1);
  const open = m.payouts
    .filter(({ status }) => status === 'processing')
    .flatMap((payout) =>
      payout.attempts.filter(({ status }) => status === 'open').map((attempt) => ({ payout, attempt })),
    )
    .sort((a, b) => a.attempt.startedAt - b.attempt.startedAt || byId(a.payout, b.payout));
  for (const { payout, attempt } of open) ask(m, terms, payout, attempt);
  const left = new Map(m.payouts.map(({ asset }) => [asset, freeFunds(m, asset)]));
  const starting: PayoutModel[] = [];
  for (const payout of dueIn(m).toSorted((a, b) => a.createdAt - b.createdAt || byId(a, b))) {
    // What a payment gives back in this round is there for the next one.
    const after = (left.get(payout.asset) ?? 0n) - payout.amount;
    if (after < 0n) continue;
    left.set(payout.asset, after);
    starting.push(payout);
  }
  for (const payout of starting) {
    const attempt = start(m, payout);
    if (attempt) ask(m, terms, payout, attempt);
  }
}

function dueIn(m: ModelState): readonly PayoutModel[] {
  return m.payouts.filter(
    (payout) =>
      payout.status === 'approved' &&
      (payout.due === null || payout.due <= m.now) &&
      !m.retired.has(payout.payee) &&
      !rests(m, payout) &&
      mayPay(m, payout) &&
      !isToldOf(m, payout),
  );
}

/** What was not taken just now is asked for again after 15 seconds, 30, 60 …, at most a quarter of an hour. */
function rests(m: ModelState, { attempts }: PayoutModel): boolean {
  const unsent = attempts.flatMap(({ unsentAt }) =>
    unsentAt !== undefined && unsentAt > m.now - 2 * HOUR ? [unsentAt] : [],
  );
  const rest = Math.min(15 * MINUTE, 15_000 * 2 ** (unsent.length - 1));
  return unsent.length > 0 && m.now < Math.max(...unsent) + rest;
}

/** What was said while people looked at it is weighed before it is asked for again. */
function isToldOf(m: ModelState, { index }: PayoutModel): boolean {
  return m.records.some(
    ({ payout, outcome }) => payout === index && (outcome === 'waits' || outcome === 'quarantined'),
  );
}

function mayPay(m: ModelState, { asset, payee }: PayoutModel): boolean {
  const stops = m.freezes.filter(({ lifted }) => !lifted);
  const stopped = (scope: string, target: string) => stops.some((one) => one.scope === scope && one.target === target);
  return (
    m.fencedAt === null &&
    !stopped('vault', '') &&
    !stopped('rail', 'simulated') &&
    !stopped('asset', asset) &&
    !stopped('payee', String(payee))
  );
}

function start(m: ModelState, payout: PayoutModel): AttemptModel | null {
  const proof = proofOf(m, payout);
  if (proof === 'expired') {
    payout.approvals = new Map();
    stand(m, payout, 'pending');
  }
  if (proof === 'tampered') stand(m, payout, 'quarantined');
  if (proof !== 'holds') return null;
  if (freeFunds(m, payout.asset) < payout.amount) return null;
  const attempt: AttemptModel = {
    number: payout.attempts.length + 1,
    amount: payout.amount,
    asset: payout.asset,
    startedAt: m.now,
    status: 'open',
  };
  payout.attempts.push(attempt);
  stand(m, payout, 'processing');
  return attempt;
}

function freeFunds(m: ModelState, asset: Asset): bigint {
  const inFlight = m.payouts
    .filter((one) => one.asset === asset && (one.status === 'processing' || one.before === 'processing'))
    .reduce((sum, { amount }) => sum + amount, 0n);
  return -m.books.of(funds(asset)) - m.books.of(clearing(asset)) - inFlight;
}

function ask(m: ModelState, { behaviourOf, reachable }: DriveTerms, payout: PayoutModel, attempt: AttemptModel): void {
  if (!reachable) return;
  const known = m.taken.find((one) => one.payout === payout.index && one.number === attempt.number);
  if (known) {
    answer(m, payout, attempt, known.standing);
    return;
  }
  // Nothing is known of it there: asking now would be paying.
  if (!mayPay(m, payout) || isToldOf(m, payout)) return;
  // A crash may have left it for longer than its approvals last.
  if (proofOf(m, payout) !== 'holds') {
    stand(m, payout, 'quarantined');
    return;
  }
  const behaviour = behaviourOf(payout.index);
  const standing = takenAs(behaviour);
  if (standing === null) {
    if (behaviour === 'refuse for now') {
      attempt.status = 'unsent';
      attempt.unsentAt = m.now;
      stand(m, payout, 'approved');
    } else if (behaviour === 'refuse') {
      fail(m, payout, attempt);
    }
    return;
  }
  m.taken.push({ payout: payout.index, number: attempt.number, standing });
  write(m, {
    payout: payout.index,
    number: attempt.number,
    status: standing,
    amount: payout.amount,
    asset: payout.asset,
  });
  if (behaviour !== 'lose the answer' && behaviour !== 'lose the failure') answer(m, payout, attempt, standing);
}

function answer(m: ModelState, payout: PayoutModel, attempt: AttemptModel, standing: TakenModel['standing']): void {
  if (standing === 'unknown') stand(m, payout, 'quarantined');
  if (standing === 'failed') fail(m, payout, attempt);
  if (standing === 'completed') {
    attempt.status = 'completed';
    stand(m, payout, 'completed');
  }
}

function fail(m: ModelState, payout: PayoutModel, attempt: AttemptModel): void {
  attempt.status = 'failed';
  payout.failures += 1;
  stand(m, payout, 'failed');
}

/** The provider adds to its list. */
export function write(
  m: ModelState,
  record: Pick<RecordModel, 'payout' | 'number' | 'status' | 'amount' | 'asset'> & { readonly otherAmount?: boolean },
): void {
  m.records.push({ otherAmount: false, ...record, stored: false, receivedAt: 0, outcome: 'none' });
}

export interface SyncTerms {
  readonly pageSize: number;
  readonly fromTheStart: boolean;
}

export function sync(m: ModelState, { pageSize, fromTheStart }: SyncTerms): void {
  const waiting = m.records
    .filter(({ outcome }) => outcome === 'waits' || outcome === 'quarantined')
    .filter((record) => payoutOf(m, record)?.status !== 'quarantined')
    .sort((a, b) => a.receivedAt - b.receivedAt);
  for (const record of waiting) record.outcome = handle(m, record, record.outcome);
  const listed = fromTheStart ? m.records : m.records.slice(m.cursor);
  for (let from = 0; from < listed.length; from += fromTheStart ? listed.length : pageSize) {
    for (const record of listed.slice(from, fromTheStart ? listed.length : from + pageSize)) {
      if (record.stored) continue;
      record.stored = true;
      record.receivedAt = m.now;
      record.outcome = handle(m, record, 'none');
    }
  }
  m.cursor = m.records.length;
}

const payoutOf = (m: ModelState, { payout }: RecordModel) => (payout === null ? undefined : m.payouts[payout]);

/** `before`: what became of it when it first came. */
function handle(m: ModelState, record: RecordModel, before: RecordModel['outcome']): RecordModel['outcome'] {
  const payout = payoutOf(m, record);
  const attempt = payout?.attempts.find(({ number }) => number === record.number);
  if (!payout || !attempt) return 'unmatched';
  if (payout.status === 'quarantined') return before === 'none' ? 'waits' : before;
  const contradicts = () => {
    if (before === 'quarantined') return 'noted' as const;
    stand(m, payout, 'quarantined');
    return 'quarantined' as const;
  };
  if (record.status === 'unknown') return before === 'waits' ? 'noted' : contradicts();
  if (record.status === 'accepted') return 'noted';
  const sameMoney = ({ amount, asset }: Pick<PayoutModel, 'amount' | 'asset'>) =>
    record.amount === amount && record.asset === asset;
  if (record.otherAmount || !sameMoney(attempt)) return contradicts();
  if (attempt.status === 'open' && payout.status === 'processing') {
    if (record.status === 'failed') {
      fail(m, payout, attempt);
      return 'noted';
    }
    attempt.status = 'completed';
    stand(m, payout, 'completed');
    return settle(m, payout);
  }
  if (attempt.status === 'failed' && record.status === 'failed') {
    const understood = payout.status !== 'completed' || payout.attempts.some(({ status }) => status === 'completed');
    return understood ? 'noted' : contradicts();
  }
  if (payout.status !== 'completed' || record.status !== 'completed') return contradicts();
  // Paid by two attempts: that is for people to look at.
  if (payout.attempts.some((one) => one !== attempt && one.status === 'completed')) return contradicts();
  if (payout.settled) return 'noted';
  // Edited since, after it had failed: what people say was paid is something else.
  if (!sameMoney(payout)) return contradicts();
  attempt.status = 'completed';
  return settle(m, payout);
}

function settle(m: ModelState, payout: PayoutModel): 'settled' {
  m.books.move([{ from: clearing(payout.asset), to: funds(payout.asset), amount: payout.amount }]);
  payout.settled = true;
  payout.version += 1;
  payout.updatedAt = m.now;
  return 'settled';
}
