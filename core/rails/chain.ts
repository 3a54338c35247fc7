/**
 * The ports of a rail where a payment is an operation of a transaction that we build, have signed
 * and submit ourselves. What it needs of a network is told as facts; what they mean is decided in
 * core/payouts/chain. Adapters live in main/rails/stellar.
 */
import type { CallTerms } from '../contract/contract-calls.ts';
import type { Memo } from '../contract/payees.ts';
import type { PaymentMethod } from '../contract/policy-terms.ts';

export interface ChainAsset {
  readonly code: string;
  /** Null for the network's own. */
  readonly issuer: string | null;
}

export interface ChainPayment {
  readonly payoutId: string;
  /** The customer's own, which a contract may be told. */
  readonly reference: string;
  readonly address: string;
  readonly memo: Memo | null;
  readonly asset: ChainAsset;
  /** Stroops. */
  readonly amountMinor: bigint;
  readonly method: PaymentMethod;
  /** Of a claimable balance: from when after its creation the source may take it back. */
  readonly reclaimAfterS: number | null;
  /** Of a contract call: which contract pays it, and how. */
  readonly call: CallTerms | null;
}

export interface TransactionOrder {
  readonly source: string;
  /** The number the transaction will have: one above the source's. */
  readonly sequence: bigint;
  readonly payments: readonly ChainPayment[];
  /** Balances that the source takes back, by their ids; a transaction that takes back pays nobody. */
  readonly reclaims: readonly string[];
  readonly feePerOperation: bigint;
  /** What the one call that makes all of the payments needs, as it was told when it was tried out. */
  readonly needs?: CallNeeds;
  /** Seconds. After it no ledger takes the transaction any more. */
  readonly maxTimeS: number;
}

/** What the bytes that are signed have to be. */
export interface ExpectedTransaction
  extends Pick<TransactionOrder, 'source' | 'sequence' | 'payments' | 'reclaims' | 'maxTimeS'> {
  readonly feeMinor: bigint;
}

export interface BuiltTransaction {
  /** Lower-case hex: what is signed and what it is found by. */
  readonly hash: string;
  /** Base64 XDR, without signatures. */
  readonly envelope: string;
  /** The most it can cost in all, in stroops. */
  readonly feeMinor: bigint;
  /** The part of it that the resources of a contract call take. */
  readonly resourceFeeMinor: bigint;
  /** How large the bytes are that are signed. */
  readonly signedBytes: number;
}

/** What a contract call needs of the network. Opaque to the rules, but for its price. */
export interface CallNeeds {
  /** The entries it reads and writes, and its resources: base64 XDR. */
  readonly data: string;
  readonly resourceFeeMinor: bigint;
  /** What the signature of the source lets the contract do: base64 XDR, one by one. */
  readonly authorizations: readonly string[];
}

export type CallTrouble =
  | 'missing'
  | 'method'
  | 'arguments'
  /** The contract itself said no: of one of the payments, or of all. */
  | 'refused'
  /** Fewer payments may pass. */
  | 'too_large'
  | 'archived'
  | 'other_auth'
  | 'does_not_pay';

export type CallTrial =
  | { readonly outcome: 'works'; readonly needs: CallNeeds }
  | { readonly outcome: 'fails'; readonly why: CallTrouble; readonly said: string };

/** Trying calls out on the network, which changes nothing there. */
export interface ContractCalls {
  /** What is bid for a call now; calls have a market of their own. */
  fee(): Promise<bigint>;
  /** The call that makes all of these payments, which have one contract, method and asset. */
  tryOut(order: TransactionOrder): Promise<CallTrial>;
  /** Whether what was built still is enough for what the call needs now. */
  covers(envelope: string, needs: CallNeeds): boolean;
}

/** How far a node's knowledge reaches: what it does not know of outside of this may still have happened. */
export interface Reach {
  readonly oldestLedger: number;
  readonly latestLedger: number;
  readonly latestCloseTimeS: number;
}

/** Which of the balances that were asked about a node still had, and when it looked. */
export interface BalancesSeen extends Pick<Reach, 'latestLedger' | 'latestCloseTimeS'> {
  readonly there: ReadonlySet<string>;
}

/** What ended a claimable balance. */
export interface BalanceEnd {
  /** Who has the money now; null where its issuer took it. */
  readonly claimedBy: string | null;
  readonly hash: string;
  readonly atMs: number;
}

/** A source's or destination's state on the network; null where there is no account. */
export interface AccountFacts {
  readonly sequence: bigint;
  /** What may leave it of the network's own asset: above its reserve and what it owes. */
  readonly spendableMinor: bigint;
  readonly trustlines: readonly TrustlineFacts[];
  readonly signers: readonly { readonly key: string; readonly weight: number }[];
  readonly thresholds: { readonly low: number; readonly medium: number; readonly high: number };
  /** SEP-29: payments to it must carry a memo. */
  readonly memoRequired: boolean;
}

export interface TrustlineFacts {
  readonly asset: ChainAsset;
  readonly balanceMinor: bigint;
  /** What may leave it, and what it can still take. */
  readonly spendableMinor: bigint;
  readonly roomMinor: bigint;
  readonly authorized: boolean;
}

export type Sent =
  /** In the queue, or in a ledger already: `hash` tells. */
  | { readonly status: 'taken' }
  /** Nobody decided about it; the same bytes may be sent again. */
  | { readonly status: 'busy' }
  /** This node refused it, in the network's words. */
  | { readonly status: 'refused'; readonly words: string };

export type Found =
  | {
      readonly status: 'success' | 'failed';
      readonly ledger: number;
      readonly closeTimeS: number;
      readonly feeMinor: bigint;
      /** Whose account the fee was taken from: another than the source's where it was outbid. */
      readonly feeSource: string;
      /** The network's words for the whole, and for each operation: `tx_failed`, `op_no_trust`. */
      readonly words: string;
      readonly operations: readonly string[];
    }
  | { readonly status: 'unknown'; readonly reach: Reach };

/** Throws `ProviderUnreachable` when nobody answered. */
export interface ChainNetwork {
  reach(): Promise<Reach>;
  accounts(addresses: readonly string[]): Promise<ReadonlyMap<string, AccountFacts>>;
  /** What an account keeps for itself, and again for each thing it owns or sets aside. */
  baseReserve(): Promise<bigint>;
  claimables(ids: readonly string[]): Promise<BalancesSeen>;
  /** What is bid for one operation now. */
  feePerOperation(): Promise<bigint>;
  send(envelope: string): Promise<Sent>;
  /** By the hash of a transaction or of what it wraps. */
  find(hash: string): Promise<Found>;
}

/** Who may sign for an account, and how much weight it takes. */
export type Authority = Pick<AccountFacts, 'signers' | 'thresholds'>;

/** What signatures weigh together to pay somebody: a transaction takes the low threshold, what it pays the medium one. */
export const weightToPay = ({ thresholds }: Pick<Authority, 'thresholds'>) =>
  Math.max(1, thresholds.low, thresholds.medium);

/** And to pay no more than a fee. */
export const weightForFees = ({ thresholds }: Pick<Authority, 'thresholds'>) => Math.max(1, thresholds.low);

export interface SignedSoFar {
  /** The built transaction with every signature that was given up to now. */
  readonly envelope: string;
  readonly signedBy: readonly { readonly key: string; readonly weight: number }[];
  readonly weight: number;
  readonly needed: number;
  readonly isEnough: boolean;
}

/** A payment that an account made, as a ledger has it: by this treasury, or by anybody else who may sign. */
export interface OutgoingPayment {
  readonly hash: string;
  /** Of its operation, from 0. */
  readonly position: number;
  /** Which of the transfers that a contract call made, from 0; null for what an operation paid by itself. */
  readonly transfer: number | null;
  readonly address: string;
  readonly asset: ChainAsset;
  readonly amountMinor: bigint;
  readonly atMs: number;
}

export interface ChainHistory {
  /** In the order of the ledgers, from just after the cursor. Throws `ProviderUnreachable` when nobody answered. */
  outgoing(
    source: string,
    cursor: string | null,
  ): Promise<{ readonly payments: readonly OutgoingPayment[]; readonly cursor: string | null; readonly more: boolean }>;
  /** Null while nothing is known to have ended it. */
  endOfBalance(id: string): Promise<BalanceEnd | null>;
}

/** A balance that is no longer there, as its records have it. */
export interface BalanceGone {
  readonly id: string;
  readonly asset: ChainAsset;
  /** The one it was made in. */
  readonly ledger: number;
  /** When it was last known to be there. */
  readonly thereAtMs: number;
}

/** Null where nothing is told of what ended it. Throws `ProviderUnreachable` when nobody answered. */
export type RecentEnds = (balance: BalanceGone) => Promise<BalanceEnd | null>;

/** A balance to be claimed, as the operation that makes it says. */
export interface BalanceMade {
  /** Under which the network keeps it. */
  readonly id: string;
  readonly asset: ChainAsset;
  readonly amountMinor: bigint;
  /** From when after its creation the source may take it back. */
  readonly reclaimAfterS: number;
}

/** Everything a rail of this kind can do. What asks the network is in its two doors, and nothing else. */
export interface ChainRail {
  /** As it stands in the ids of its assets: `testnet` of `stellar:testnet:native`. */
  readonly network: string;
  readonly online: ChainNetwork;
  /** Knows everything since the beginning; asked where the other's history ends. */
  readonly archive: ChainNetwork | null;
  /** Null where only the recent past can be asked about. */
  readonly history: ChainHistory | null;
  /** What ended a balance lately, for where there is no history; null where nobody can be asked. */
  readonly recentEnds: RecentEnds | null;
  /** Null where nobody can try a call out. */
  readonly calls: ContractCalls | null;
  build(order: TransactionOrder): BuiltTransaction;
  /** The same transaction at a higher bid, paid by another account; not signed. */
  buildBump(signedEnvelope: string, feeSource: string, feePerOperation: bigint): BuiltTransaction;
  /** `known` is what was built, with the signatures given before. Refuses whatever is not that very transaction. */
  addSignatures(known: string, given: string, authority: Authority): SignedSoFar;
  /** What this operation sets aside to be claimed; null where it does something else. */
  balanceIn(envelope: string, position: number): BalanceMade | null;
  /** The account that is paid at an address; null where it is a contract. */
  accountOf(address: string): string | null;
  /** The first thing in which the bytes are not these payments from this source; null where there is none. */
  differenceFrom(envelope: string, order: ExpectedTransaction): string | null;
}
