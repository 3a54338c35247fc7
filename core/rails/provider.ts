/**
 * The port a payment goes out through when somebody else moves the money (Stripe, NOWPayments, the
 * simulated rail). Adapters live in main/rails; every one passes the same contract tests.
 */
import type { Memo, RailName } from '../contract/payees.ts';
import type { AssetId } from '../money/assets.ts';

export interface PayoutOrder {
  /** Made from the payout's id and the attempt's number; the provider is asked by it after a crash. */
  readonly key: string;
  readonly payoutId: string;
  readonly address: string;
  /** What has to travel with the payment; null where the destination has none. */
  readonly memo: Memo | null;
  readonly extraId: string | null;
  readonly currency: string | null;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
}

/**
 * What the provider says of an attempt. `unknown` is a status this adapter has no meaning for: it
 * is kept as it came and quarantines the payout.
 */
export interface ProviderAnswer {
  readonly reference: string;
  readonly status: 'accepted' | 'completed' | 'failed' | 'unknown';
  readonly rawStatus: string;
  readonly message: string | null;
  /** It failed before the provider began to pay it. Where a failure is no proof by itself, this is more than one. */
  readonly neverBegun?: true;
}

export interface Estimate {
  readonly feeMinor: bigint;
  readonly feeAssetId: AssetId;
  /** An estimate older than this is not used. */
  readonly expiresAtMs: number;
}

/** One of the provider's own records, as its list gives it. */
export interface ProviderRecord {
  readonly eventId: string;
  /** The payment it is about. */
  readonly reference: string;
  readonly key: string | null;
  readonly status: ProviderAnswer['status'];
  /** What was paid; in a record of a reversal, what came back. */
  readonly amountMinor: bigint;
  readonly assetId: AssetId;
  readonly atMs: number;
  /** As it came. */
  readonly raw: string;
  /** The payment came back, whole or in part. The same reversal has the same name wherever it is told of. */
  readonly reversal?: { readonly reference: string };
  /** What the provider took for itself, besides the amount. */
  readonly fee?: ProviderFee;
  /** As in an answer. */
  readonly neverBegun?: true;
  /** Where payments wait for a code: this one does not any more, it is being made or was. */
  readonly released?: true;
}

export interface ProviderFee {
  /** The provider's own name for it; the same one is never posted twice. */
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly assetId: AssetId;
}

export interface RecordPage {
  readonly records: readonly ProviderRecord[];
  readonly cursor: string | null;
  readonly more: boolean;
  /**
   * The provider's own list did not reach back to the cursor. What happened in between was read
   * from its books instead, which tell of payments and their reversals and of nothing else.
   */
  readonly gap?: { readonly fromMs: number; readonly toMs: number };
}

/** What became of the money after it reached the payee's account at the provider: on to their bank. */
export interface OnwardPayment {
  readonly reference: string;
  readonly status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'cancelled' | 'unknown';
  readonly rawStatus: string;
  readonly message: string | null;
  readonly arrivesAtMs: number | null;
}

/** What lies at the provider, of one asset, and could be paid now. */
export interface ProviderBalance {
  readonly assetId: AssetId;
  readonly availableMinor: bigint;
}

export type AddressCheck = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface PayoutProvider {
  readonly rail: RailName;
  checkAddress(address: string, assetId: AssetId | null): AddressCheck | Promise<AddressCheck>;
  /**
   * Asks for the payment. Throws `ProviderRefused` when it provably was not taken, and
   * `ProviderUnreachable` when nobody can know: then only `lookup` tells.
   */
  createPayout(order: PayoutOrder): Promise<ProviderAnswer>;
  getPayoutStatus(reference: string): Promise<ProviderAnswer>;
  /**
   * By what is paid, and not to whom. Throws `ProviderRefused` where there is no fee to tell, and
   * `ProviderUnreachable` where it gave no answer.
   */
  getEstimate(order: PlannedOrder): Promise<Estimate>;
  /** What the provider knows under this key, or null when it provably knows nothing. */
  lookup(key: string): Promise<ProviderAnswer | null>;
  /** Where it takes payments together and wants a code before it pays any of them. Then it is asked this way only. */
  readonly batches?: PayoutBatches;
  /** From how long after an attempt it proves something that nothing is known of it; a quarter of an hour unless said. */
  readonly unknownProvesAfterMs?: number;
  /** The provider's records in their order, from just after the cursor (from the start when null). */
  listSince(cursor: string | null): Promise<RecordPage>;
  /** Where the provider tells. An asset that is not listed has nothing there. */
  balances?(): Promise<readonly ProviderBalance[]>;
  /**
   * Where the provider tells: the payment from the payee's account there to their bank, or null
   * before there is one. It is the payee's, and moves nothing of ours.
   */
  onwardPayment?(reference: string): Promise<OnwardPayment | null>;
}

/**
 * Payments that are asked for together. Asking pays nothing: that is done by releasing the batch with
 * a code, which pays everything in it.
 */
export interface PayoutBatches {
  readonly paymentsMax: number;
  /** Codes that are taken for one batch, right or wrong. */
  readonly codesMax: number;
  /**
   * Looks at payments before anything is written down about them. What was found out is remembered for as
   * long as it holds: a look that was cut off is gone on with by the next. `goesOn` is asked before each
   * question; throws `ProviderUnreachable` where it has to be asked again later.
   */
  lookAhead(orders: readonly PlannedOrder[], goesOn: () => Promise<boolean>): Promise<LookAhead>;
  /**
   * Throws as `createPayout` does, and `OrdersRefused` where it says of which orders it takes none. What
   * was not looked at before is now.
   */
  create(request: BatchRequest): Promise<TakenBatch>;
  /** The batch with these attempts, asked for after a moment; null when it provably knows none of them. */
  find(keys: readonly string[], sinceMs: number): Promise<TakenBatch | null>;
  get(reference: string): Promise<TakenBatch>;
  /**
   * Throws `ProviderUnreachable` when nobody can know whether the code was taken. `first` is called when
   * nothing but the request itself is left to be done, each time it is made; throwing keeps the code back.
   */
  release(reference: string, code: string, first?: () => Promise<void>): Promise<CodeAnswer>;
  /** Whether the program was given what makes codes, so that nobody has to be there. */
  readonly makesOwnCodes: boolean;
  /** A code of the program's own, where it makes them. */
  ownCode(): Promise<string | null>;
  /** Takes back a payment that was put off to a later time. Throws `ProviderRefused` when it was not. */
  cancelScheduled(reference: string): Promise<ProviderAnswer>;
}

export type PlannedOrder = Omit<PayoutOrder, 'key'>;

export interface LookAhead {
  /** False where it was said not to go on. */
  readonly isWhole: boolean;
  /** Whether the provider said anything: where all was remembered, nobody knows that it is there. */
  readonly heard: boolean;
  /** Those that will never be taken as they are, by payout. */
  readonly because: ReadonlyMap<string, string>;
  /** Of these alone nothing could be found out; by payout. */
  readonly unknown: ReadonlySet<string>;
}

export interface BatchRequest {
  readonly orders: readonly PayoutOrder[];
  /**
   * Called right before the payments are asked for, after everything that may take its time. What it
   * throws is thrown on, and nothing was asked for.
   */
  readonly beforeAsking: () => Promise<void>;
}

export type CodeAnswer = { readonly taken: true } | { readonly taken: false; readonly said: string };

export interface TakenBatch {
  readonly reference: string;
  /** No code is taken after this. */
  readonly expiresAtMs: number;
  readonly payments: readonly BatchedPayment[];
}

/** One payment of a batch, as the provider has it. */
export interface BatchedPayment {
  readonly key: string | null;
  readonly address: string;
  readonly extraId: string | null;
  /** Null where it is of a currency or a precision that is kept nowhere here. */
  readonly money: { readonly assetId: AssetId; readonly amountMinor: bigint } | null;
  /** `waits`: as before a code, or just after one; `released`: it is being paid, or was; `rejected`: it never will be. */
  readonly stage: 'waits' | 'released' | 'rejected';
  readonly answer: ProviderAnswer;
}

interface SilenceFacts {
  readonly retryAfterMs: number;
  readonly onlyThis: boolean;
  readonly notTaken: boolean;
}

/** The answer was lost or never came; whether the payment was taken is not known. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
  /** How long the provider wants to be left alone, where it says so. */
  readonly retryAfterMs: number | null;
  /** It answered, and nobody can know of this one payment: the others need not wait for it. */
  readonly onlyThis: boolean;
  /** Provably nothing was taken: the request was not made yet, or was not looked at. */
  readonly notTaken: boolean;

  constructor(message: string, options: ErrorOptions & Partial<SilenceFacts> = {}) {
    const { retryAfterMs, onlyThis = false, notTaken = false, ...rest } = options;
    super(message, rest);
    this.retryAfterMs = retryAfterMs ?? null;
    this.onlyThis = onlyThis;
    this.notTaken = notTaken;
  }
}

/** The provider refused the request itself: nothing was taken. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  /** True when the same request may be taken later. */
  readonly mayRetry: boolean;

  constructor(message: string, mayRetry: boolean) {
    super(message);
    this.mayRetry = mayRetry;
  }
}

/** Some of the orders will never be taken as they are, and so none was. */
export class OrdersRefused extends ProviderRefused {
  /** Why, by the order's key. */
  readonly because: ReadonlyMap<string, string>;

  constructor(because: ReadonlyMap<string, string>) {
    super([...because.values()][0] ?? 'Refused', false);
    this.because = because;
  }
}
