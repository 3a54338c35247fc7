/** What moves in the books beside payouts, as the model sees it. */
import { type Asset, funds, type Move, payee, reserve, system } from './books.ts';
import { claimed } from './payouts.ts';
import type { Answer, HoldModel, LotModel, ModelState, PlainTransaction, SpendModel } from './state.ts';

const agreed = (answer: 'ok' | 'again' | string): Answer => (answer === 'again' ? 'ok' : answer);

function plain(m: ModelState, key: string, content: string, moves: readonly Move[]): Answer {
  const moved = m.books.moveOnce(key, content, moves);
  if (moved === 'ok') m.plain.push({ key, moves, reversed: false });
  return agreed(moved);
}

export function fund(m: ModelState, key: string, asset: Asset, amount: bigint): Answer {
  return plain(m, `funding:${key}`, `${asset} ${amount}`, [{ from: funds(asset), to: system('bank', asset), amount }]);
}

export function fee(m: ModelState, key: string, asset: Asset, amount: bigint): Answer {
  return plain(m, `fee:${key}`, `${asset} ${amount}`, [{ from: system('fees', asset), to: funds(asset), amount }]);
}

export function adjust(m: ModelState, key: string, who: number, asset: Asset, amount: bigint): Answer {
  return plain(m, `adjustment:${key}`, `${who} ${asset} ${amount}`, [
    { from: system('adjustments', asset), to: payee(who, asset), amount },
  ]);
}

export function reverse(m: ModelState, transaction: PlainTransaction): Answer {
  if (transaction.reversed) return 'ledger.not_reversible';
  const moved = m.books.move(transaction.moves.map(({ from, to, amount }) => ({ from: to, to: from, amount })));
  if (moved === 'ok') transaction.reversed = true;
  return moved;
}

export function openHold(m: ModelState, index: number, terms: Omit<HoldModel, 'status'>): Answer {
  const { payee: who, asset, amount } = terms;
  const moved = m.books.moveOnce(`hold:${index}`, `${who} ${asset} ${amount}`, [
    { from: payee(who, asset), to: reserve(asset), amount },
  ]);
  if (moved === 'ok') m.holds[index] = { ...terms, status: 'open' };
  return agreed(moved);
}

export function closeHold(m: ModelState, index: number, end: 'release' | 'cancel'): Answer {
  const hold = m.holds[index];
  if (!hold) return 'hold.unknown';
  if (hold.status !== 'open') return 'hold.closed';
  const { asset, amount } = hold;
  const to = end === 'release' ? payee(hold.payee, asset) : system('obligations', asset);
  m.books.move([{ from: reserve(asset), to, amount }]);
  hold.status = end === 'release' ? 'released' : 'cancelled';
  return 'ok';
}

const CREDITS = 'credit:micro';
type Mint = Pick<LotModel, 'key' | 'payee' | 'amount' | 'pool' | 'expires'>;

export function mint(m: ModelState, terms: Mint): Answer {
  if (terms.expires !== null && terms.expires <= m.now) return 'input.invalid';
  const { key, payee: who, amount, pool, expires } = terms;
  const moved = m.books.moveOnce(`mint:${key}`, `${who} ${amount} ${pool} ${expires}`, [
    { from: system('obligations', CREDITS), to: payee(who, CREDITS), amount },
  ]);
  const funder = system('obligations', CREDITS);
  if (moved === 'ok') m.lots.push({ ...terms, funder, remaining: amount, reversed: false });
  return agreed(moved);
}

export function spend(m: ModelState, key: string, who: number, amount: bigint, pool: string): Answer {
  const content = `${who} ${amount} ${pool}`;
  const used = m.books.keys.get(`spend:${key}`);
  if (used !== undefined) return used === content ? 'ok' : 'ledger.idempotency_mismatch';
  const taken = takeFromLots(m, who, amount, pool);
  if (taken === null) return 'ledger.limit';
  m.books.moveOnce(`spend:${key}`, content, [
    { from: payee(who, CREDITS), to: system('obligations', CREDITS), amount },
  ]);
  m.spends.push({ key, payee: who, taken, funding: [], charge: null, reversed: false });
  return 'ok';
}

/** The soonest to expire first, then the oldest; null, and nothing taken, where there is too little. */
export function takeFromLots(m: ModelState, who: number, amount: bigint, pool: string): SpendModel['taken'] | null {
  const lots = m.lots
    .filter((lot) => lot.payee === who && lot.remaining > 0n && (lot.expires === null || lot.expires > m.now))
    .filter((lot) => lot.pool === '' || lot.pool === pool)
    .sort((a, b) => (a.expires ?? Number.MAX_SAFE_INTEGER) - (b.expires ?? Number.MAX_SAFE_INTEGER));
  let wanted = amount;
  const taken = [];
  for (const lot of lots) {
    if (wanted === 0n) break;
    const part = lot.remaining < wanted ? lot.remaining : wanted;
    taken.push({ lot, amount: part });
    wanted -= part;
  }
  if (wanted > 0n) return null;
  for (const part of taken) part.lot.remaining -= part.amount;
  return taken;
}

/** The very lots that were taken from are filled again. */
export function returnSpend(m: ModelState, index: number): Answer {
  const one = m.spends[index];
  if (!one || one.reversed) return 'ledger.not_reversible';
  for (const { lot, amount } of one.taken) {
    lot.remaining += amount;
    m.books.move([{ from: system('obligations', CREDITS), to: payee(one.payee, CREDITS), amount }]);
  }
  m.books.move(one.funding.map(({ from, to, amount }) => ({ from: to, to: from, amount })));
  one.reversed = true;
  return 'ok';
}

export function reverseMint(m: ModelState, index: number): Answer {
  const lot = m.lots[index];
  if (!lot || lot.reversed || lot.remaining !== lot.amount) return 'ledger.not_reversible';
  m.books.move([{ from: payee(lot.payee, CREDITS), to: lot.funder, amount: lot.amount }]);
  lot.remaining = 0n;
  lot.reversed = true;
  return 'ok';
}

export function expire(m: ModelState): Answer {
  for (const lot of m.lots) {
    if (lot.remaining === 0n || lot.expires === null || lot.expires > m.now) continue;
    m.books.move([{ from: payee(lot.payee, CREDITS), to: lot.funder, amount: lot.remaining }]);
    lot.remaining = 0n;
  }
  return 'ok';
}

export interface ExchangeTerms {
  readonly key: string;
  readonly payee: number;
  readonly from: Asset;
  readonly to: Asset;
  readonly amount: bigint;
  readonly quote: number;
}

export function exchange(m: ModelState, terms: ExchangeTerms): Answer {
  const quote = m.quotes[terms.quote];
  if (!quote || quote.from !== terms.from || quote.to !== terms.to) return 'fx.no_quote';
  const got = halfToEven(terms.amount * quote.numerator, quote.denominator);
  if (got === 0n) return 'fx.amount';
  const content = `${terms.payee} ${terms.from} ${terms.to} ${terms.amount} ${terms.quote}`;
  const moves = [
    { from: payee(terms.payee, terms.from), to: system('fx', terms.from), amount: terms.amount },
    { from: system('fx', terms.to), to: payee(terms.payee, terms.to), amount: got },
  ];
  if (!m.books.keys.has(`fx:${terms.key}`) && quote.expires <= m.now) {
    const short = m.books.of(payee(terms.payee, terms.from)) < terms.amount;
    return short ? 'ledger.limit' : 'fx.quote_expired';
  }
  return plain(m, `fx:${terms.key}`, content, moves);
}

function halfToEven(dividend: bigint, divisor: bigint): bigint {
  const below = dividend / divisor;
  const twice = 2n * (dividend - below * divisor);
  if (twice === divisor) return below + (below % 2n);
  return twice > divisor ? below + 1n : below;
}

export function createStatement(m: ModelState, reference: string, who: number, asset: Asset, total: bigint): Answer {
  if (m.statements.some((one) => one.reference === reference)) return 'statement.reference_taken';
  m.books.move([{ from: system('obligations', asset), to: payee(who, asset), amount: total }]);
  m.statements.push({ reference, payee: who, asset, total, open: true });
  return 'ok';
}

export function deleteStatement(m: ModelState, index: number): Answer {
  const statement = m.statements[index];
  if (!statement?.open) return 'statement.unknown';
  const left = statement.total - claimed(m, index, null);
  if (left > 0n) {
    const { asset } = statement;
    const moved = m.books.move([
      { from: payee(statement.payee, asset), to: system('obligations', asset), amount: left },
    ]);
    if (moved !== 'ok') return moved;
  }
  statement.open = false;
  for (const payout of m.payouts) if (payout.statement === index) payout.statement = null;
  return 'ok';
}
