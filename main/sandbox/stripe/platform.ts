/**
 * The simulated platform: its balance, the accounts connected to it, what was transferred to them and
 * taken back, and what it says happened. It is in memory; a journal makes it outlive its process.
 */
import { createHash } from 'node:crypto';
import { accountBody, payoutBody, topupBody, transferBody } from './bodies.ts';
import { cannotReceive, insufficientFunds, missing, noAccess, reversalTooLarge, reversedAlready } from './failures.ts';
import { type Journal, type Kept, noJournal } from './journal.ts';
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

export interface PlatformOptions {
  readonly nowMs: () => number;
  readonly times: BankTimes;
  readonly account?: string | undefined;
  readonly journal?: Journal;
}

const PLATFORM_ACCOUNT = 'acct_1SandboxPlatform';

/** The request an event comes from. */
export type Cause = PlatformEvent['request'];

export type NewTransfer = Pick<Transfer, 'amount' | 'currency' | 'destination' | 'description' | 'metadata' | 'group'>;
export type NewAccount = Pick<Account, 'type' | 'country' | 'email' | 'metadata' | 'defaultCurrency' | 'standing'>;

/** An account with this in its metadata has a bank account that was closed. */
export const BANK_FAILS = { name: 'sandbox', value: 'bank_fails' } as const;

export class Platform {
  /** The account of the platform itself. */
  readonly id: string;
  #nowMs: () => number;
  readonly #times: BankTimes;
  #journal: Journal = noJournal;
  /** When what is being done was begun: all of it happens at that moment. */
  #atMs = 0;
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

  constructor({ nowMs, times, account = PLATFORM_ACCOUNT, journal = noJournal }: PlatformOptions) {
    this.id = account;
    this.#times = times;
    this.#nowMs = nowMs;
    for (const { atMs, deed } of journal.before) {
      this.#nowMs = () => atMs;
      this.#again(deed);
    }
    this.#nowMs = nowMs;
    this.#journal = journal;
  }

  #again(deed: Kept['deed']): void {
    switch (deed.what) {
      case 'account':
        this.addAccount(deed.given, deed.cause);
        return;
      case 'standing':
        this.setStanding(deed.account, deed.standing);
        return;
      case 'topup':
        this.topUp(deed.given, deed.cause);
        return;
      case 'transfer':
        this.transfer(deed.given, deed.cause);
        return;
      case 'reversal':
        this.reverse(deed.transfer, deed.amount, deed.cause);
        return;
      case 'fee':
        this.chargeFee(deed.currency, deed.amount);
        return;
      case 'time':
        this.passTime();
        return;
      case 'key':
        return;
    }
  }

  get now(): number {
    return Math.floor(this.#nowMs() / 1000);
  }

  get #createdS(): number {
    return Math.floor(this.#atMs / 1000);
  }

  #begin(): void {
    this.#atMs = this.#nowMs();
  }

  addAccount(given: NewAccount, cause: Cause): Account {
    this.#begin();
    const account = { ...given, id: this.#id('acct', 16), created: this.#createdS };
    this.accounts.set(account.id, account);
    this.#tell('account.updated', account.id, accountBody(account), cause);
    this.#journal.keep(this.#atMs, { what: 'account', given, cause });
    return account;
  }

  account(id: string): Account {
    const account = this.accounts.get(id);
    if (!account) throw noAccess(id);
    return account;
  }

  setStanding(id: string, standing: Standing): void {
    this.#begin();
    const account = this.account(id);
    account.standing = standing;
    this.#tell('account.updated', id, accountBody(account), null);
    this.#journal.keep(this.#atMs, { what: 'standing', account: id, standing });
  }

  balances(account: string | null): ReadonlyMap<string, bigint> {
    return this.#balances.get(account) ?? new Map();
  }

  topUp(given: Pick<Topup, 'amount' | 'currency' | 'description'>, cause: Cause): Topup {
    this.#begin();
    const id = this.#id('tu');
    const transaction = this.#book(null, 'topup', given.currency, given.amount, id);
    const topup = { ...given, id, created: this.#createdS, transaction };
    this.topups.push(topup);
    this.#tell('topup.succeeded', null, topupBody(topup), cause);
    this.#journal.keep(this.#atMs, { what: 'topup', given, cause });
    return topup;
  }

  transfer(given: NewTransfer, cause: Cause): Transfer {
    this.#begin();
    const account = this.accounts.get(given.destination);
    if (!account) throw missing('destination', given.destination, 'destination', 400);
    if (account.standing !== 'active') throw cannotReceive();
    const { amount, currency } = given;
    if ((this.balances(null).get(currency) ?? 0n) < amount) throw insufficientFunds();
    const id = this.#id('tr');
    const payment = this.#id('py');
    const transaction = this.#book(null, 'transfer', currency, -amount, id);
    this.#book(account.id, 'payment', currency, amount, payment);
    const transfer = { ...given, id, created: this.#createdS, payment, transaction, reversals: [] };
    this.transfers.push(transfer);
    this.#byId.set(id, transfer);
    this.#tell('transfer.created', null, transferBody(transfer), cause);
    this.#journal.keep(this.#atMs, { what: 'transfer', given: { ...given, metadata: { ...given.metadata } }, cause });
    return transfer;
  }

  find(id: string): Transfer {
    const transfer = this.#byId.get(id);
    if (!transfer) throw missing('transfer', id, 'id');
    return transfer;
  }

  /** All that is left of it, unless told how much. */
  reverse(id: string, wanted: bigint | null, cause: Cause): Reversal {
    this.#begin();
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
    const reversal = { id: reversalId, created: this.#createdS, amount, transaction };
    transfer.reversals.push(reversal);
    const { amount_reversed, reversals } = before;
    this.#tell('transfer.reversed', null, transferBody(transfer), cause, { amount_reversed, reversals });
    this.#journal.keep(this.#atMs, { what: 'reversal', transfer: id, amount, cause });
    return reversal;
  }

  /** A part of what Stripe charges the platform for itself. */
  chargeFee(currency: string, amount: bigint): void {
    this.#begin();
    this.#book(null, 'stripe_fee', currency, -amount, null);
    this.#journal.keep(this.#atMs, { what: 'fee', currency, amount });
  }

  /** What the banks have done by now. */
  passTime(): void {
    this.#begin();
    const nowMs = this.#atMs;
    const told = this.events.length;
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
    if (this.events.length > told) this.#journal.keep(nowMs, { what: 'time' });
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
        created: this.#createdS,
        arrives: this.#createdS + Math.ceil(this.#times.travelsMs / 1000),
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
    const line = { id, account, created: this.#createdS, amount, fee: 0n, currency, type, source };
    this.transactions.push(line);
    if (type === 'payment' || type === 'payment_refund') this.#resting.push(line);
    const balances = this.#balances.get(account) ?? new Map<string, bigint>();
    balances.set(currency, (balances.get(currency) ?? 0n) + amount);
    this.#balances.set(account, balances);
    return id;
  }

  #tell(type: string, account: string | null, object: unknown, request: Cause, before: unknown = null): void {
    const event = { id: this.#id('evt'), account, created: this.#createdS, type, object, before, request };
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
