/**
 * The simulated platform: its balance, the accounts connected to it, what was transferred to them and
 * taken back, and what it says happened. Everything is in memory, and dies with the process.
 */
import { createHash } from 'node:crypto';
import { accountBody, payoutBody, topupBody, transferBody } from './bodies.ts';
import { cannotReceive, insufficientFunds, missing, noAccess, reversalTooLarge, reversedAlready } from './failures.ts';
import {
  type Account,
  type BalanceTransaction,
  type Payout,
  type PlatformEvent,
  type Reversal,
  reversedOf,
  type Standing,
  type Topup,
  type Transfer,
} from './records.ts';

/** How long money stays on a connected account, and how long it travels to the bank. */
export interface BankTimes {
  readonly staysMs: number;
  readonly travelsMs: number;
  /** How long after it was paid a bank sends back what it cannot keep. */
  readonly comesBackMs: number;
}

/** The request an event comes from. */
export type Cause = PlatformEvent['request'];

export type NewTransfer = Pick<Transfer, 'amount' | 'currency' | 'destination' | 'description' | 'metadata' | 'group'>;
export type NewAccount = Pick<Account, 'type' | 'country' | 'email' | 'metadata' | 'defaultCurrency' | 'standing'>;

/** An account with this in its metadata has a bank account that was closed. */
export const BANK_FAILS = { name: 'sandbox', value: 'bank_fails' } as const;

export class Platform {
  readonly #nowMs: () => number;
  readonly #times: BankTimes;
  #ids = 0;
  readonly #balances = new Map<string | null, Map<string, bigint>>();
  /** What lies on connected accounts and has not left for a bank. */
  #resting: BalanceTransaction[] = [];
  readonly #byId = new Map<string, Transfer>();
  readonly accounts = new Map<string, Account>();
  readonly transfers: Transfer[] = [];
  readonly topups: Topup[] = [];
  readonly payouts: Payout[] = [];
  readonly transactions: BalanceTransaction[] = [];
  readonly events: PlatformEvent[] = [];
  /** Told of each event as it happens. */
  onEvent: (event: PlatformEvent) => void = () => undefined;

  constructor(nowMs: () => number, times: BankTimes) {
    this.#nowMs = nowMs;
    this.#times = times;
  }

  get now(): number {
    return Math.floor(this.#nowMs() / 1000);
  }

  addAccount(given: NewAccount, cause: Cause): Account {
    const account = { ...given, id: this.#id('acct', 16), created: this.now };
    this.accounts.set(account.id, account);
    this.#tell('account.updated', account.id, accountBody(account), cause);
    return account;
  }

  account(id: string): Account {
    const account = this.accounts.get(id);
    if (!account) throw noAccess(id);
    return account;
  }

  setStanding(id: string, standing: Standing): void {
    const account = this.account(id);
    account.standing = standing;
    this.#tell('account.updated', id, accountBody(account), null);
  }

  balances(account: string | null): ReadonlyMap<string, bigint> {
    return this.#balances.get(account) ?? new Map();
  }

  topUp(given: Pick<Topup, 'amount' | 'currency' | 'description'>, cause: Cause): Topup {
    const id = this.#id('tu');
    const transaction = this.#book(null, 'topup', given.currency, given.amount, id);
    const topup = { ...given, id, created: this.now, transaction };
    this.topups.push(topup);
    this.#tell('topup.succeeded', null, topupBody(topup), cause);
    return topup;
  }

  transfer(given: NewTransfer, cause: Cause): Transfer {
    const account = this.accounts.get(given.destination);
    if (!account) throw missing('destination', given.destination, 'destination', 400);
    if (account.standing !== 'active') throw cannotReceive();
    const { amount, currency } = given;
    if ((this.balances(null).get(currency) ?? 0n) < amount) throw insufficientFunds();
    const id = this.#id('tr');
    const payment = this.#id('py');
    const transaction = this.#book(null, 'transfer', currency, -amount, id);
    this.#book(account.id, 'payment', currency, amount, payment);
    const transfer = { ...given, id, created: this.now, payment, transaction, reversals: [] };
    this.transfers.push(transfer);
    this.#byId.set(id, transfer);
    this.#tell('transfer.created', null, transferBody(transfer), cause);
    return transfer;
  }

  find(id: string): Transfer {
    const transfer = this.#byId.get(id);
    if (!transfer) throw missing('transfer', id, 'id');
    return transfer;
  }

  /** All that is left of it, unless told how much. */
  reverse(id: string, wanted: bigint | null, cause: Cause): Reversal {
    const transfer = this.find(id);
    const before = transferBody(transfer);
    const left = transfer.amount - reversedOf(transfer);
    if (left === 0n) throw reversedAlready(id);
    const amount = wanted ?? left;
    if (amount > left) throw reversalTooLarge(left);
    if ((this.balances(transfer.destination).get(transfer.currency) ?? 0n) < amount) throw insufficientFunds();
    const reversalId = this.#id('trr');
    const transaction = this.#book(null, 'transfer_refund', transfer.currency, amount, reversalId);
    this.#book(transfer.destination, 'payment_refund', transfer.currency, -amount, reversalId.replace('trr_', 'pyr_'));
    const reversal = { id: reversalId, created: this.now, amount, transaction };
    transfer.reversals.push(reversal);
    const { amount_reversed, reversals } = before;
    this.#tell('transfer.reversed', null, transferBody(transfer), cause, { amount_reversed, reversals });
    return reversal;
  }

  /** A part of what Stripe charges the platform for itself. */
  chargeFee(currency: string, amount: bigint): void {
    this.#book(null, 'stripe_fee', currency, -amount, null);
  }

  /** What the banks have done by now. */
  passTime(): void {
    const nowMs = this.#nowMs();
    const { staysMs, travelsMs, comesBackMs } = this.#times;
    this.#payOut(nowMs - staysMs);
    for (const payout of this.payouts) {
      const sinceMs = nowMs - payout.created * 1000;
      if (payout.status === 'pending' && sinceMs >= travelsMs / 2) this.#move(payout, 'in_transit', 'payout.updated');
      if (payout.status === 'in_transit' && sinceMs >= travelsMs) this.#move(payout, 'paid', 'payout.paid');
      const fails = this.account(payout.account).metadata[BANK_FAILS.name] === BANK_FAILS.value;
      if (payout.status === 'paid' && fails && sinceMs >= travelsMs + comesBackMs) {
        this.#book(payout.account, 'payout_failure', payout.currency, payout.amount, payout.id);
        this.#move(payout, 'failed', 'payout.failed');
      }
    }
  }

  /** Everything that has lain on an account long enough leaves for its bank, a payout for each currency. */
  #payOut(upToMs: number): void {
    const ripe = this.#resting.filter(({ created }) => created * 1000 <= upToMs);
    if (ripe.length === 0) return;
    const sums = Map.groupBy(ripe, ({ account, currency }) => `${account} ${currency}`);
    for (const lines of sums.values()) {
      const [{ account, currency } = { account: null, currency: '' }] = lines;
      const amount = lines.reduce((sum, line) => sum + line.amount, 0n);
      if (account === null || amount <= 0n) continue;
      const id = this.#id('po');
      const payout: Payout = {
        id,
        account,
        created: this.now,
        arrives: this.now + Math.ceil(this.#times.travelsMs / 1000),
        amount,
        currency,
        transaction: this.#book(account, 'payout', currency, -amount, id),
        pays: lines.map((line) => line.id),
        automatic: true,
        status: 'pending',
      };
      const left = new Set(payout.pays);
      this.#resting = this.#resting.filter((line) => !left.has(line.id));
      this.payouts.push(payout);
      this.#tell('payout.created', account, payoutBody(payout), null);
    }
  }

  #move(payout: Payout, status: Payout['status'], type: string): void {
    const before = { status: payout.status };
    payout.status = status;
    this.#tell(type, payout.account, payoutBody(payout), null, before);
  }

  #book(
    account: string | null,
    type: BalanceTransaction['type'],
    currency: string,
    amount: bigint,
    source: string | null,
  ) {
    const id = this.#id('txn');
    const line = { id, account, created: this.now, amount, fee: 0n, currency, type, source };
    this.transactions.push(line);
    if (type === 'payment' || type === 'payment_refund') this.#resting.push(line);
    const balances = this.#balances.get(account) ?? new Map<string, bigint>();
    balances.set(currency, (balances.get(currency) ?? 0n) + amount);
    this.#balances.set(account, balances);
    return id;
  }

  #tell(type: string, account: string | null, object: unknown, request: Cause, before: unknown = null): void {
    const event = { id: this.#id('evt'), account, created: this.now, type, object, before, request };
    this.events.push(event);
    this.onEvent(event);
  }

  /** Names that follow from their order, so that a run can be repeated. */
  #id(prefix: string, length = 24): string {
    this.#ids += 1;
    const digest = createHash('sha256').update(`${prefix} ${this.#ids}`).digest('base64').replace(/[+/=]/g, '0');
    return `${prefix}_${digest.slice(0, length)}`;
  }
}
