/** What people do to payouts, as the model sees it: each function gives `ok` or the code of the refusal. */
import { type Asset, clearing, escrow, type Move, overpaid, payee, system } from './books.ts';
import type { Answer, ModelState, PayoutModel, Status } from './state.ts';

export const MINIMUM = 100n;
/** From this amount on two approvals are asked for. */
export const TWO_APPROVALS_FROM = 50_000n;

/** So many approvals a payout needs at this moment: splitting a payment makes none of its parts smaller. */
function approvalsNeeded(m: ModelState, payout: PayoutModel, at: number): number {
  const whenOf = (one: PayoutModel) => Math.max(at, one.due ?? at);
  const when = whenOf(payout);
  const within = (one: PayoutModel) =>
    one.status === 'completed'
      ? one.processedAt !== null && one.processedAt > when - DAY
      : one.status !== 'failed' && one.status !== 'cancelled' && Math.abs(whenOf(one) - when) < DAY;
  const sum = m.payouts
    .filter((one) => one.payee === payout.payee && one.asset === payout.asset && within(one))
    .reduce((total, { amount }) => total + amount, 0n);
  return (sum > payout.amount ? sum : payout.amount) >= TWO_APPROVALS_FROM ? 2 : 1;
}

export type Proof = 'holds' | 'expired' | 'tampered';

/** What the approvals are worth when money is about to move, by the facts that they were given on. */
export function proofOf(m: ModelState, { approvals }: PayoutModel): Proof {
  const given = [...approvals.values()];
  const needed = given[0]?.needed ?? 1;
  const lasting = given.filter(({ until }) => until > m.now).length;
  if (lasting >= needed) return 'holds';
  return given.length >= needed ? 'expired' : 'tampered';
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const APPROVAL_LASTS = 72 * HOUR;
export const ATTEMPTS_MAX = 5;

export interface RequestTerms {
  readonly payee: number;
  readonly asset: string;
  readonly amount: bigint;
  readonly funding: 'direct' | 'balance';
  readonly due: number | null;
  readonly statement: number | null;
  readonly reference: string;
}

const isKnown = (asset: string): asset is Asset => asset === 'iso:USD' || asset === 'iso:EUR';

export function request(m: ModelState, by: number, key: string, terms: RequestTerms): Answer {
  const content = JSON.stringify(terms, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
  const earlier = m.requests.get(key);
  if (earlier) return earlier.content === content ? 'ok' : 'payout.idempotency_mismatch';
  const { asset, amount, statement } = terms;
  if (m.retired.has(terms.payee)) return 'destination.retired';
  if (!isKnown(asset)) return 'asset.unknown';
  if (amount < MINIMUM) return 'payout.amount';
  if (statement !== null) {
    const claimed = claim(m, statement, { payee: terms.payee, asset, amount, except: null });
    if (claimed !== 'ok') return claimed;
  }
  // What a statement says is owed already.
  const funding = statement === null ? terms.funding : 'balance';
  if (funding === 'direct')
    m.books.move([{ from: system('obligations', asset), to: payee(terms.payee, asset), amount }]);
  const index = m.payouts.length;
  m.requests.set(key, { content, payout: index });
  m.payouts.push({
    index,
    key,
    payee: terms.payee,
    funding,
    askers: new Set([by]),
    createdAt: m.now,
    reference: terms.reference,
    asset,
    amount,
    due: terms.due,
    statement,
    status: 'pending',
    before: null,
    cycle: 0,
    revision: 1,
    version: 1,
    failures: 0,
    settled: false,
    updatedAt: m.now,
    debt: funding === 'direct' ? { amount, asset, reversed: false } : null,
    debts: funding === 'direct' ? 1 : 0,
    overpaid: false,
    approvals: new Map(),
    processedAt: null,
    attempts: [],
  });
  return 'ok';
}

interface Claim {
  readonly payee: number;
  readonly asset: string;
  readonly amount: bigint;
  readonly except: PayoutModel | null;
}

export function claimed(m: ModelState, statement: number, except: PayoutModel | null): bigint {
  return m.payouts
    .filter(
      (one) => one.statement === statement && one !== except && one.status !== 'failed' && one.status !== 'cancelled',
    )
    .reduce((sum, { amount }) => sum + amount, 0n);
}

function claim(m: ModelState, index: number, wanted: Claim): Answer {
  const statement = m.statements[index];
  if (!statement?.open) return 'statement.unknown';
  if (statement.payee !== wanted.payee) return 'statement.other_payee';
  if (statement.asset !== wanted.asset) return 'statement.other_asset';
  return wanted.amount > statement.total - claimed(m, index, wanted.except) ? 'statement.exceeded' : 'ok';
}

export function claimAgain(m: ModelState, payout: PayoutModel, as: { asset: string; amount: bigint } = payout): Answer {
  if (payout.statement === null) return 'ok';
  return claim(m, payout.statement, { payee: payout.payee, ...as, except: payout });
}

export interface EditTerms {
  /** True when the editor looked at an older version. */
  readonly stale: boolean;
  readonly amount: bigint | null;
  readonly asset: string | null;
  readonly due: number | null | undefined;
  readonly reference: string | null;
}

export function edit(m: ModelState, payout: PayoutModel, by: number, terms: EditTerms): Answer {
  if (payout.status !== 'pending' || terms.stale) return 'payout.stale';
  const amount = terms.amount ?? payout.amount;
  const asset = terms.asset ?? payout.asset;
  const due = terms.due === undefined ? payout.due : terms.due;
  const reference = terms.reference ?? payout.reference;
  if (amount === payout.amount && asset === payout.asset && due === payout.due && reference === payout.reference) {
    return 'payout.nothing_changed';
  }
  if (!isKnown(asset)) return 'asset.unknown';
  if (amount < MINIMUM) return 'payout.amount';
  const claims = claimAgain(m, payout, { asset, amount });
  if (claims !== 'ok') return claims;
  if (payout.debt !== null && (amount !== payout.amount || asset !== payout.asset)) {
    const moved = m.books.move([
      ...(payout.debt.reversed ? [] : [owedNoMore(payout)]),
      { from: system('obligations', asset), to: payee(payout.payee, asset), amount },
    ]);
    if (moved !== 'ok') return moved;
    payout.debt = { amount, asset, reversed: false };
    payout.debts += 1;
  }
  payout.updatedAt = m.now;
  Object.assign(payout, { amount, asset, due, reference, approvals: new Map() });
  payout.askers.add(by);
  payout.revision += 1;
  payout.version += 1;
  return 'ok';
}

const owedNoMore = ({ payee: who, asset, amount }: PayoutModel): Move => ({
  from: payee(who, asset),
  to: system('obligations', asset),
  amount,
});

/** That it was owed at all was a mistake; only the debt that stands is taken back, and only once it is over. */
export function reverseDebt(m: ModelState, payout: PayoutModel): Answer {
  if (payout.debt === null) throw new Error('It made no debt');
  if (payout.debt.reversed || (payout.status !== 'cancelled' && payout.status !== 'failed'))
    return 'ledger.not_reversible';
  const moved = m.books.move([owedNoMore(payout)]);
  if (moved === 'ok') payout.debt.reversed = true;
  return moved;
}

export type ApprovalManner = 'as it is' | 'of an older revision' | 'too late' | 'with another key';

export function approve(m: ModelState, payout: PayoutModel, by: number, manner: ApprovalManner): Answer {
  if (payout.status !== 'pending') return 'payout.not_approvable';
  if (manner === 'too late') return 'approval.stale';
  if (payout.askers.has(by)) return 'approval.own_act';
  const needed = approvalsNeeded(m, payout, m.now);
  // Those given when the policy asked for something else count no more, and are given again.
  const counted = [...payout.approvals].filter(([, one]) => one.needed === needed && one.until > m.now);
  if (counted.some(([person]) => person === by)) return 'approval.already_given';
  if (manner === 'of an older revision') return 'approval.stale';
  if (manner === 'with another key') return 'approval.invalid';
  if (counted.length + 1 >= needed) {
    const moved = stand(m, payout, 'approved');
    if (moved !== 'ok') return moved;
  }
  payout.approvals = new Map([...counted, [by, { until: m.now + APPROVAL_LASTS, needed }]]);
  return 'ok';
}

export function cancel(m: ModelState, payout: PayoutModel): Answer {
  if (payout.status !== 'pending' && payout.status !== 'approved') return 'payout.stale';
  stand(m, payout, 'cancelled');
  payout.approvals = new Map();
  return 'ok';
}

/** `by` nobody: the job that tries again asks for nobody. */
export function retry(m: ModelState, payout: PayoutModel, by: number | null): Answer {
  if (payout.status === 'failed' && payout.failures >= ATTEMPTS_MAX) return 'payout.attempts_used_up';
  const claims = claimAgain(m, payout);
  if (claims !== 'ok') return claims;
  if (payout.status !== 'failed') return 'payout.stale';
  payout.approvals = new Map();
  if (by !== null) payout.askers.add(by);
  return stand(m, payout, 'pending');
}

export function quarantine(m: ModelState, payout: PayoutModel): Answer {
  return payout.status === 'quarantined' ? 'payout.stale' : stand(m, payout, 'quarantined');
}

/** Where the amount is: with the payee, held, or out of the house. */
function place(status: Status): 'home' | 'held' | 'out' {
  if (status === 'approved' || status === 'processing') return 'held';
  return status === 'completed' ? 'out' : 'home';
}

/** The payout comes to stand in another state, and its money moves to where it then belongs. */
export function stand(m: ModelState, payout: PayoutModel, to: Status): 'ok' | 'ledger.limit' {
  const lasting = payout.before ?? payout.status;
  const moves = to === 'quarantined' ? [] : movesBetween(payout, lasting, to);
  const moved = m.books.move(moves);
  if (moved !== 'ok') return moved;
  const again = moves.some((move) => move.from === overpaid(payout.asset));
  if (again || moves.some((move) => move.to === escrow(payout.asset))) payout.cycle += 1;
  if (again) payout.overpaid = true;
  if (to !== 'quarantined' && place(to) !== 'out') {
    payout.overpaid = false;
    if (place(lasting) === 'out') payout.settled = false;
  }
  if (to === 'completed' && lasting !== 'completed') {
    payout.processedAt = m.now;
    m.treasuryVersions.set(payout.asset, (m.treasuryVersions.get(payout.asset) ?? 0) + 1);
  }
  payout.before = to === 'quarantined' ? payout.status : null;
  payout.status = to;
  payout.version += 1;
  payout.updatedAt = m.now;
  return 'ok';
}

function movesBetween(
  { payee: who, asset, amount, ...payout }: PayoutModel,
  from: Status,
  to: Status,
): readonly Move[] {
  const home = payee(who, asset);
  const held = escrow(asset);
  const out = clearing(asset);
  switch (`${place(from)} → ${place(to)}`) {
    case 'home → held':
      return [{ from: home, to: held, amount }];
    case 'held → home':
      return [{ from: held, to: home, amount }];
    case 'held → out':
      return [{ from: held, to: out, amount }];
    case 'home → out':
      // Given back before, and paid all the same: somebody owes it to the treasury.
      if (from === 'failed' || from === 'cancelled') return [{ from: overpaid(asset), to: out, amount }];
      return [
        { from: home, to: held, amount },
        { from: held, to: out, amount },
      ];
    case 'out → home':
      return [{ from: out, to: payout.overpaid ? overpaid(asset) : home, amount }];
    case 'out → held':
      return [
        { from: out, to: payout.overpaid ? overpaid(asset) : home, amount },
        { from: home, to: held, amount },
      ];
    default:
      return [];
  }
}
