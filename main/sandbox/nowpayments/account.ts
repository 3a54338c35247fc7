/**
 * The simulated account at NOWPayments: what lies on it, the batches it was given, and what becomes
 * of each payment in them. There is no idempotency: whoever asks twice has two payments.
 */
import { CURRENCIES, type Currency } from './currencies.ts';
import {
  badWithdrawal,
  codesOver,
  noMoreCodes,
  notEnough,
  notFound,
  notScheduled,
  verifiedBefore,
  wrongCode,
} from './failures.ts';
import { type Journal, type JournalEntry, openJournal } from './journal.ts';
import { type Batch, type Fate, fateOf, type Withdrawal } from './records.ts';

export interface AccountOptions {
  readonly nowMs: () => number;
  readonly stateFile?: string;
  /** Whether a batch waits for a code before any of it is paid. */
  readonly asksForCodes?: boolean;
  /** How long a released payment stays in each of its statuses. */
  readonly stepMs?: number;
  /** How long after it failed one that is paid all the same is paid. */
  readonly paidAfterFailingMs?: number;
  /** What becomes of a batch that nobody releases in time: NOWPayments has described both. */
  readonly lapsed?: 'rejected' | 'creating';
  /** No page of its list has more, however many are asked for. */
  readonly pageMax?: number;
  /** Whether the least amounts that are published hold. */
  readonly hasMinimums?: boolean;
  readonly fate?: (withdrawal: Withdrawal) => Fate;
}

export type NewWithdrawal = Pick<
  Withdrawal,
  'address' | 'extraId' | 'currency' | 'amount' | 'externalId' | 'description' | 'callbackUrl' | 'executeAtMs'
>;

export const CODES_MAX = 10;
export const CODE_TIME_MS = 60 * 60 * 1000;
const STEP_MS = 2_000;
const FIRST_ID = 5_000_000_000;
const WRONG_CODE = '000000';
const SETTLED = new Set(['FINISHED', 'REJECTED', 'CANCELLED']);

export class Account {
  readonly #options: AccountOptions;
  readonly #journal: Journal;
  readonly #batches = new Map<string, Batch>();
  readonly #withdrawals = new Map<string, Withdrawal>();
  readonly #balances = new Map<string, bigint>();
  /** Those that may still change, so that time passes quickly over a long history. */
  readonly #moving = new Set<string>();
  #ids = 0;
  #timesShort = 0;
  /** Told of each change of a payment as it happens. */
  onChange: (withdrawal: Withdrawal) => void = () => undefined;

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#journal = openJournal(options.stateFile ?? null);
    for (const entry of this.#journal.before) this.#take(entry);
    if (this.#balances.size === 0) {
      this.#keep(
        [...CURRENCIES.values()].map(({ ticker, given }) => ({ balance: { currency: ticker, amount: given } })),
      );
    }
  }

  get nowMs(): number {
    return this.#options.nowMs();
  }

  get withdrawals(): readonly Withdrawal[] {
    return [...this.#withdrawals.values()];
  }

  balance(ticker: string): bigint {
    return this.#balances.get(ticker) ?? 0n;
  }

  /** What is promised to payments that have not left yet; what failed has its money back. */
  promised(ticker: string): bigint {
    let sum = 0n;
    for (const id of this.#moving) {
      const { currency, status, amount, fee } = this.withdrawal(id);
      if (currency === ticker && status !== 'FAILED') sum += amount + fee;
    }
    return sum;
  }

  get pageMax(): number {
    return this.#options.pageMax ?? Number.POSITIVE_INFINITY;
  }

  least({ minimum }: Currency): bigint {
    return this.#options.hasMinimums === false ? 0n : minimum;
  }

  deposit(ticker: string, amount: bigint): void {
    this.#keep([{ balance: { currency: ticker, amount: this.balance(ticker) + amount } }]);
  }

  batch(id: string): { readonly batch: Batch; readonly withdrawals: readonly Withdrawal[] } | null {
    const batch = this.#batches.get(id);
    return batch ? { batch, withdrawals: this.withdrawals.filter(({ batchId }) => batchId === id) } : null;
  }

  withdrawal(id: string): Withdrawal {
    const found = this.#withdrawals.get(id);
    if (!found) throw notFound('Payout');
    return found;
  }

  /** All of them or none: one that cannot be taken refuses the batch. */
  create(asked: readonly NewWithdrawal[], description: string | null): string {
    const createdMs = this.nowMs;
    const wanted = new Map<string, bigint>();
    const batchId = this.#id();
    const withdrawals = asked.map((one): Withdrawal => {
      const { fee } = this.#payable(one);
      wanted.set(one.currency, (wanted.get(one.currency) ?? 0n) + one.amount + fee);
      return {
        ...one,
        id: this.#id(),
        batchId,
        fee,
        createdMs,
        status: 'CREATING',
        error: null,
        hash: null,
        requestedMs: null,
        updatedMs: null,
      };
    });
    for (const [ticker, sum] of wanted) {
      if (this.balance(ticker) - this.promised(ticker) < sum) throw notEnough(ticker, this.#timesShort++);
    }
    const batch: Batch = { id: batchId, createdMs, description, wrongCodes: 0, verifiedMs: null };
    this.#keep([{ batch }, ...withdrawals.map((withdrawal) => ({ withdrawal }))]);
    if (this.#options.asksForCodes === false) this.#keep([{ batch: { ...batch, verifiedMs: createdMs } }]);
    this.passTime();
    return batchId;
  }

  verify(id: string, code: string): void {
    const known = this.#batches.get(id);
    if (!known) throw notFound('Batch withdrawal');
    if (known.verifiedMs !== null) throw verifiedBefore();
    if (known.wrongCodes >= CODES_MAX) throw noMoreCodes();
    if (this.nowMs - known.createdMs >= CODE_TIME_MS) throw codesOver();
    if (code === WRONG_CODE || !/^\d{6}$/.test(code)) {
      this.#keep([{ batch: { ...known, wrongCodes: known.wrongCodes + 1 } }]);
      throw wrongCode();
    }
    this.#keep([{ batch: { ...known, verifiedMs: this.nowMs } }]);
    this.passTime();
  }

  cancel(id: string): Withdrawal {
    const found = this.withdrawal(id);
    if (found.executeAtMs === null || !['CREATING', 'WAITING'].includes(found.status)) throw notScheduled();
    return this.#move(found, { status: 'CANCELLED' });
  }

  /** Somebody puts a payment off, as can be done in the account's own pages. */
  putOff(id: string, untilMs: number): void {
    this.#keep([{ withdrawal: { ...this.withdrawal(id), executeAtMs: untilMs } }]);
  }

  /** What has become of the payments by now. */
  passTime(): void {
    for (const id of [...this.#moving]) this.#letMove(this.withdrawal(id));
  }

  close(): void {
    this.#journal.close();
  }

  #payable({ currency: ticker, address, amount }: NewWithdrawal): Currency {
    const currency = CURRENCIES.get(ticker);
    if (!currency) throw badWithdrawal(`Currency ${ticker} is not supported`);
    if (!currency.address.test(address)) throw badWithdrawal(`Invalid payout_address: [${ticker}] ${address}`);
    if (amount < this.least(currency)) throw badWithdrawal(`Amount of ${ticker} is less than the minimal one`);
    return currency;
  }

  #letMove(withdrawal: Withdrawal): void {
    const batch = this.#batches.get(withdrawal.batchId);
    if (!batch) throw new Error('A withdrawal is in a batch');
    if (batch.verifiedMs === null) {
      const over = this.nowMs - batch.createdMs >= CODE_TIME_MS && this.#options.lapsed !== 'creating';
      if (over) this.#move(withdrawal, { status: 'REJECTED', error: 'The payout was not verified in time' });
      return;
    }
    // One after the other, so that whoever is told hears of each.
    let now = withdrawal;
    for (let next = this.#nextOf(now, batch.verifiedMs); next !== null; next = this.#nextOf(now, batch.verifiedMs))
      now = this.#move(now, next);
  }

  #nextOf({ status, ...withdrawal }: Withdrawal, verifiedMs: number): Partial<Withdrawal> | null {
    const {
      stepMs = STEP_MS,
      paidAfterFailingMs = 10 * STEP_MS,
      fate = ({ address }) => fateOf(address),
    } = this.#options;
    const begunMs = Math.max(verifiedMs, withdrawal.executeAtMs ?? 0);
    const passedMs = this.nowMs - begunMs;
    const ends = fate({ status, ...withdrawal });
    const hash = `sandbox${withdrawal.id}`;
    switch (status) {
      case 'CREATING':
        return { status: 'WAITING' };
      case 'WAITING':
        return passedMs >= stepMs ? { status: 'processing', requestedMs: this.nowMs } : null;
      case 'processing':
        return passedMs >= 2 * stepMs ? { status: 'Sending' } : null;
      case 'Sending':
        if (passedMs < 3 * stepMs) return null;
        if (ends === 'finished') return { status: 'FINISHED', hash };
        if (ends === 'strange') return { status: 'ON_HOLD' };
        return { status: 'FAILED', error: 'The network did not take the transaction' };
      case 'FAILED':
        if (ends !== 'paid_after_failing' || passedMs < 3 * stepMs + paidAfterFailingMs) return null;
        return { status: 'FINISHED', hash, error: null };
      default:
        return null;
    }
  }

  #move(withdrawal: Withdrawal, change: Partial<Withdrawal>): Withdrawal {
    const moved: Withdrawal = { ...withdrawal, ...change, updatedMs: this.nowMs };
    const { currency, amount, fee } = moved;
    const left = this.balance(currency) - amount - fee;
    const paid = moved.status === 'FINISHED' ? [{ balance: { currency, amount: left } }] : [];
    this.#keep([{ withdrawal: moved }, ...paid]);
    this.onChange(moved);
    return moved;
  }

  #id(): string {
    return String(FIRST_ID + ++this.#ids);
  }

  #keep(entries: readonly JournalEntry[]): void {
    this.#journal.keep(entries);
    for (const entry of entries) this.#take(entry);
  }

  #take(entry: JournalEntry): void {
    if ('balance' in entry) this.#balances.set(entry.balance.currency, entry.balance.amount);
    else if ('batch' in entry) this.#batches.set(entry.batch.id, entry.batch);
    else {
      const { withdrawal } = entry;
      this.#withdrawals.set(withdrawal.id, withdrawal);
      this.#ids = Math.max(this.#ids, Number(withdrawal.id) - FIRST_ID);
      if (SETTLED.has(withdrawal.status)) this.#moving.delete(withdrawal.id);
      else this.#moving.add(withdrawal.id);
    }
  }
}
