/**
 * The simulated network: takes transactions in, closes ledgers, and remembers everything. Its two
 * faces, Soroban RPC and Horizon, only translate.
 */
import { createHash } from 'node:crypto';
import {
  Asset,
  extractBaseAddress,
  FeeBumpTransaction,
  Keypair,
  TransactionBuilder,
  type xdr,
} from '@stellar/stellar-sdk';
import { type Contracts, type ContractTransfer, contractsOf } from './contracts.ts';
import { type AnyTransaction, applyTransaction, BASE_FEE, bidOf, innerOf, refusalOf } from './transactions.ts';
import { newAccount, STROOPS, World } from './world.ts';

/** A transaction that no ledger takes is forgotten after so many. */
const QUEUE_LEDGERS = 8;
const QUEUE_MAX = 5_000;
const LEDGER_TRANSACTIONS_MAX = 500;
const FIRST_LEDGER = 100;

export interface LedgerRecord {
  readonly sequence: number;
  /** Seconds. */
  readonly closeTime: number;
  /** What each operation in it cost. */
  readonly baseFee: bigint;
  readonly hash: string;
  readonly previousHash: string;
  readonly transactions: readonly TransactionRecord[];
}

export interface TransactionRecord {
  readonly hash: string;
  /** The inner one's, for a fee bump: it is found by both. */
  readonly innerHash: string | null;
  readonly ledger: number;
  readonly closeTime: number;
  /** From 1, in its ledger. */
  readonly order: number;
  readonly envelope: string;
  readonly transaction: AnyTransaction;
  readonly result: xdr.TransactionResult;
  readonly isSuccess: boolean;
  readonly returned: xdr.ScVal | null;
  /** What a contract moved in it. */
  readonly transfers: readonly ContractTransfer[];
}

export type Submitted =
  | { readonly status: 'PENDING' | 'DUPLICATE' | 'TRY_AGAIN_LATER'; readonly hash: string }
  | { readonly status: 'ERROR'; readonly hash: string; readonly result: xdr.TransactionResult };

/** What happened to it, in order: enough to make it again as it was. */
export type NetworkEvent =
  | { readonly fund: string }
  | { readonly usdc: string; readonly stroops: string }
  /** `fee` where operations cost more than usual. */
  | { readonly close: number; readonly taken: readonly string[]; readonly fee?: string | undefined };

export interface NetworkOptions {
  readonly passphrase: string;
  readonly nowMs: () => number;
  /** What happened before, to be gone through again, and whoever is told of what happens from now on. */
  readonly before?: readonly NetworkEvent[];
  readonly keep?: (event: NetworkEvent) => void;
}

interface Waiting {
  readonly hash: string;
  readonly envelope: string;
  readonly transaction: AnyTransaction;
  readonly source: string;
  readonly since: number;
}

export class StellarNetwork {
  readonly passphrase: string;
  readonly world = new World();
  readonly contracts: Contracts;
  /** Gives test money away. */
  readonly root: Keypair;
  /** Issues the simulated USDC. */
  readonly issuer: Keypair;
  readonly usdc: Asset;
  readonly ledgers: LedgerRecord[] = [];
  readonly #nowMs: () => number;
  readonly #transactions = new Map<string, TransactionRecord>();
  #waiting: Waiting[] = [];
  readonly #keep: (event: NetworkEvent) => void;
  #surge = { fee: BASE_FEE, untilMs: 0 };

  constructor({ passphrase, nowMs, before = [], keep = () => undefined }: NetworkOptions) {
    this.passphrase = passphrase;
    this.#nowMs = nowMs;
    this.#keep = keep;
    this.contracts = contractsOf(passphrase);
    this.root = keypairOf(`${passphrase} root`);
    this.issuer = keypairOf(`${passphrase} issuer`);
    this.usdc = new Asset('USDC', this.issuer.publicKey());
    this.contracts.know(this.usdc);
    const first = BigInt(FIRST_LEDGER) << 32n;
    this.world.accounts.set(
      this.root.publicKey(),
      newAccount(this.root.publicKey(), 100_000_000_000n * STROOPS, first),
    );
    this.world.accounts.set(this.issuer.publicKey(), newAccount(this.issuer.publicKey(), 1_000n * STROOPS, first));
    for (const event of before) this.#again(event);
    if (this.ledgers.length === 0) this.#closeNow([]);
  }

  #again(event: NetworkEvent): void {
    if ('fund' in event) this.#fund(event.fund);
    else if ('usdc' in event) this.#giveUsdc(event.usdc, BigInt(event.stroops));
    else {
      const taken = event.taken.map((envelope) => this.#waitingOf(envelope));
      this.#close(taken, event.close, BigInt(event.fee ?? BASE_FEE));
    }
  }

  latest(): LedgerRecord {
    const latest = this.ledgers.at(-1);
    if (!latest) throw new Error('A network begins with a ledger');
    return latest;
  }

  ledger(sequence: number): LedgerRecord | null {
    return this.ledgers[sequence - FIRST_LEDGER] ?? null;
  }

  /** The least that gets into a ledger now, per operation. */
  surgeFee(): bigint {
    return this.#nowMs() < this.#surge.untilMs ? this.#surge.fee : BASE_FEE;
  }

  raiseFee(fee: bigint, forMs: number): void {
    this.#surge = { fee, untilMs: this.#nowMs() + forMs };
  }

  find(hash: string): TransactionRecord | null {
    return this.#transactions.get(hash) ?? null;
  }

  /** Throws when the envelope is none. */
  read(envelope: string): AnyTransaction {
    return TransactionBuilder.fromXDR(envelope, this.passphrase);
  }

  submit(envelope: string): Submitted {
    const waiting = this.#waitingOf(envelope);
    const { transaction, hash, source } = waiting;
    if (this.#waiting.some((waiting) => waiting.hash === hash)) return { status: 'DUPLICATE', hash };
    const { sequence, closeTime } = this.latest();
    // Judged as of the ledger it would be in.
    const result = refusalOf(this.world, transaction, {
      ledger: sequence + 1,
      closeTime: Math.max(closeTime, Math.floor(this.#nowMs() / 1000)),
    });
    if (result) return { status: 'ERROR', hash, result };
    const rival = this.#waiting.find((waiting) => waiting.source === source);
    // One of an account waits at a time; only ten times its bid takes its place.
    if (rival && bidOf(transaction) < bidOf(rival.transaction) * 10n) return { status: 'TRY_AGAIN_LATER', hash };
    if (!rival && this.#waiting.length >= QUEUE_MAX) return { status: 'TRY_AGAIN_LATER', hash };
    this.#waiting = this.#waiting.filter((waiting) => waiting !== rival);
    this.#waiting.push(waiting);
    return { status: 'PENDING', hash };
  }

  #waitingOf(envelope: string): Waiting {
    const transaction = this.read(envelope);
    return {
      hash: Buffer.from(transaction.hash()).toString('hex'),
      envelope,
      transaction,
      source: extractBaseAddress(innerOf(transaction).source),
      since: this.ledgers.at(-1)?.sequence ?? FIRST_LEDGER,
    };
  }

  /** Whether a transaction waits for a ledger. */
  isWaiting(hash: string): boolean {
    return this.#waiting.some((waiting) => waiting.hash === hash);
  }

  /** What is waiting is lost, as when the node that took it dies. */
  forgetWaiting(): void {
    this.#waiting = [];
  }

  close(): LedgerRecord {
    const next = this.latest().sequence + 1;
    const taken = this.#waiting
      .filter(({ transaction }) => bidOf(transaction) >= this.surgeFee())
      .sort((a, b) => (bidOf(a.transaction) > bidOf(b.transaction) ? -1 : 1))
      .slice(0, LEDGER_TRANSACTIONS_MAX);
    this.#waiting = this.#waiting.filter((waiting) => !taken.includes(waiting) && next - waiting.since < QUEUE_LEDGERS);
    return this.#closeNow(taken);
  }

  #closeNow(taken: readonly Waiting[]): LedgerRecord {
    const previous = this.ledgers.at(-1);
    // The ledger's time never stands still, whatever the machine's clock does.
    const closeTime = Math.max((previous?.closeTime ?? 0) + (previous ? 1 : 0), Math.floor(this.#nowMs() / 1000));
    const fee = this.surgeFee();
    this.#keep({
      close: closeTime,
      taken: taken.map(({ envelope }) => envelope),
      ...(fee === BASE_FEE ? {} : { fee: String(fee) }),
    });
    return this.#close(taken, closeTime, fee);
  }

  #close(taken: readonly Waiting[], closeTime: number, baseFee: bigint): LedgerRecord {
    const previous = this.ledgers.at(-1);
    const sequence = previous ? previous.sequence + 1 : FIRST_LEDGER;
    const transactions: TransactionRecord[] = [];
    for (const { hash, envelope, transaction } of taken) {
      const at = { ledger: sequence, closeTime, baseFee };
      // What was valid when it came may not be any more: then no ledger takes it, and nobody pays.
      if (refusalOf(this.world, transaction, at)) continue;
      const applied = applyTransaction(this.world, transaction, at, this.contracts);
      const innerHash =
        transaction instanceof FeeBumpTransaction
          ? Buffer.from(transaction.innerTransaction.hash()).toString('hex')
          : null;
      const record = {
        hash,
        innerHash,
        ledger: sequence,
        closeTime,
        order: transactions.length + 1,
        envelope,
        transaction,
      };
      transactions.push({ ...record, ...applied });
    }
    for (const record of transactions) {
      this.#transactions.set(record.hash, record);
      if (record.innerHash !== null) this.#transactions.set(record.innerHash, record);
    }
    const previousHash = previous?.hash ?? '0'.repeat(64);
    const text = [previousHash, sequence, closeTime, ...transactions.map(({ hash }) => hash)].join('\n');
    const ledger = {
      sequence,
      closeTime,
      baseFee,
      previousHash,
      hash: createHash('sha256').update(text).digest('hex'),
      transactions,
    };
    this.ledgers.push(ledger);
    return ledger;
  }

  /** Ten thousand lumens for an account that may not exist yet. */
  fund(address: string): void {
    this.#keep({ fund: address });
    this.#fund(address);
  }

  #fund(address: string): void {
    const known = this.world.accounts.get(address);
    if (known) known.balance += 10_000n * STROOPS;
    else {
      const account = newAccount(address, 10_000n * STROOPS, BigInt(this.latest().sequence) << 32n);
      this.world.accounts.set(address, account);
    }
  }

  /** False when the account does not take the simulated USDC. */
  giveUsdc(address: string, stroops: bigint): boolean {
    const given = this.#giveUsdc(address, stroops);
    if (given) this.#keep({ usdc: address, stroops: stroops.toString() });
    return given;
  }

  #giveUsdc(address: string, stroops: bigint): boolean {
    const line = this.world.accounts.get(address)?.trustlines.get(`USDC:${this.issuer.publicKey()}`);
    if (!line || line.balance + stroops > line.limit) return false;
    line.balance += stroops;
    return true;
  }
}

/** The same for the same words, so that addresses stay what they are from run to run. */
export function keypairOf(words: string): Keypair {
  return Keypair.fromRawEd25519Seed(createHash('sha256').update(`countersign sandbox ${words}`).digest());
}
