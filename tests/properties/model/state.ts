/** What the model of the treasury remembers. People, payees, payouts … are numbers: their places in lists. */
import { type Asset, Books, type Move } from './books.ts';

export type Status = 'pending' | 'approved' | 'processing' | 'completed' | 'failed' | 'quarantined' | 'cancelled';
export type Outcome = 'completed' | 'failed' | 'approved' | 'cancelled';

/** `ok`, or the code of the refusal. */
export type Answer = string;

export interface AttemptModel {
  readonly number: number;
  /** What it was made with, whatever its payout is edited to later. */
  readonly amount: bigint;
  readonly asset: Asset;
  readonly startedAt: number;
  status: 'open' | 'completed' | 'failed' | 'unsent';
  /** When it was known not to have been sent. */
  unsentAt?: number;
}

export interface ApprovalModel {
  readonly until: number;
  /** How many the policy asked for, of the sums as they were when it was signed. */
  readonly needed: number;
}

export interface PayoutModel {
  readonly index: number;
  readonly key: string;
  readonly payee: number;
  readonly funding: 'direct' | 'balance';
  /** Who requested it, edited it, or asked for it again. */
  readonly askers: Set<number>;
  readonly createdAt: number;
  reference: string;
  asset: Asset;
  amount: bigint;
  due: number | null;
  statement: number | null;
  status: Status;
  before: Status | null;
  cycle: number;
  revision: number;
  version: number;
  failures: number;
  settled: boolean;
  updatedAt: number;
  /** What its revisions made owed, the last of which stands; only of a direct payout. */
  debt: { readonly amount: bigint; readonly asset: Asset; reversed: boolean } | null;
  debts: number;
  /** It is out though the payee had the amount back before. */
  overpaid: boolean;
  /** Of the present revision, not voided: who gave one. */
  approvals: Map<number, ApprovalModel>;
  /** When it was completed last. */
  processedAt: number | null;
  readonly attempts: AttemptModel[];
}

export interface StatementModel {
  readonly reference: string;
  readonly payee: number;
  readonly asset: Asset;
  readonly total: bigint;
  open: boolean;
}

export interface HoldModel {
  readonly payee: number;
  readonly asset: Asset;
  readonly amount: bigint;
  status: 'open' | 'released' | 'cancelled';
}

export interface LotModel {
  readonly key: string;
  readonly payee: number;
  readonly amount: bigint;
  readonly pool: string;
  readonly expires: number | null;
  /** The account that it came from, and goes back to. */
  readonly funder: string;
  remaining: bigint;
  reversed: boolean;
}

export interface SpendModel {
  readonly key: string;
  readonly payee: number;
  readonly taken: readonly { readonly lot: LotModel; readonly amount: bigint }[];
  /** What campaigns paid besides. */
  readonly funding: readonly Move[];
  readonly charge: ChargeModel | null;
  reversed: boolean;
}

export interface CampaignModel {
  readonly formula: { readonly kind: 'fixed'; readonly amount: bigint } | { readonly kind: 'half of the loss' };
  readonly budget: bigint;
  readonly cap: bigint;
  readonly keptFor: string;
  readonly lastsDays: number | null;
  readonly ends: number | null;
  status: 'draft' | 'active' | 'paused' | 'completed' | 'expired';
  spent: bigint;
  /** By payee: all that it gave them, and what of it was their grant. */
  readonly had: Map<number, bigint>;
  readonly granted: Map<number, bigint>;
}

/** So many percent of a charge, for whoever has paid so much before. */
export interface RuleModel {
  readonly percent: number;
  readonly from: bigint;
  readonly campaign: number | null;
  ended: boolean;
}

export interface ChargeModel {
  readonly key: string;
  readonly content: string;
  readonly payee: number;
  readonly paid: bigint;
}

export interface ScheduleModel {
  readonly index: number;
  readonly key: string;
  readonly content: string;
  readonly writer: number;
  readonly payee: number;
  readonly funding: 'direct' | 'balance';
  readonly placement: string | null;
  readonly reference: string;
  asset: Asset;
  amount: bigint;
  due: number;
  onGuarantee: boolean;
  status: 'pending' | 'processing' | 'processed' | 'failed' | 'cancelled';
  version: number;
  tries: number;
  triedAt: number | null;
  /** The place of its payout. */
  payout: number | null;
  deleted: boolean;
}

export interface EscrowModel {
  readonly index: number;
  readonly key: string;
  readonly content: string;
  readonly payee: number;
  readonly asset: Asset;
  readonly amount: bigint;
  readonly placement: string;
  release: number | null;
  onGuarantee: boolean;
  status: 'active' | 'released' | 'cancelled';
  version: number;
  deleted: boolean;
}

export interface JobModel {
  next: number;
  leaseUntil: number | null;
  paused: boolean;
  /** How each run ended, in their order; `open` while nobody knows. */
  readonly runs: ('open' | 'ok' | 'lost')[];
}

export interface QuoteModel {
  readonly from: Asset;
  readonly to: Asset;
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly expires: number;
}

export interface FreezeModel {
  readonly scope: 'vault' | 'rail' | 'asset' | 'payee';
  /** A payee's place for the scope `payee`. */
  readonly target: string;
  lifted: boolean;
}

/** Terms that one person has signed and a second may. */
export interface ActModel {
  readonly signers: Set<number>;
  readonly createdAt: number;
}

/** A transaction that can be corrected by its opposite. */
export interface PlainTransaction {
  /** Its key in the books, by which the real one is found. */
  readonly key: string;
  readonly moves: readonly { readonly from: string; readonly to: string; readonly amount: bigint }[];
  reversed: boolean;
}

/** Of an order the provider took: what it says of it. */
export interface TakenModel {
  readonly payout: number;
  readonly number: number;
  standing: 'accepted' | 'completed' | 'failed' | 'unknown';
}

export interface RecordModel {
  readonly payout: number | null;
  readonly number: number;
  readonly status: 'accepted' | 'completed' | 'failed' | 'unknown';
  readonly otherAmount: boolean;
  readonly amount: bigint;
  readonly asset: Asset;
  stored: boolean;
  receivedAt: number;
  outcome: 'none' | 'waits' | 'settled' | 'noted' | 'unmatched' | 'quarantined';
}

export class ModelState {
  now: number;
  readonly books = new Books();
  readonly payouts: PayoutModel[] = [];
  readonly requests = new Map<string, { readonly content: string; readonly payout: number }>();
  readonly statements: StatementModel[] = [];
  readonly holds: HoldModel[] = [];
  readonly lots: LotModel[] = [];
  readonly spends: SpendModel[] = [];
  readonly campaigns: CampaignModel[] = [];
  readonly rules: RuleModel[] = [];
  readonly charges: ChargeModel[] = [];
  readonly quotes: QuoteModel[] = [];
  readonly freezes: FreezeModel[] = [];
  readonly acts = new Map<string, ActModel>();
  readonly plain: PlainTransaction[] = [];
  readonly schedules: ScheduleModel[] = [];
  readonly escrows: EscrowModel[] = [];
  /** By placement: the day on which its guarantee is complete, where that is known. */
  readonly placements = new Map<string, string | null>();
  /** By name; empty until a server has started. */
  readonly jobs = new Map<string, JobModel>();
  /** Payees whose destination is retired for the moment. */
  readonly retired = new Set<number>();
  readonly treasuryVersions = new Map<Asset, number>();
  fencedAt: number | null = null;
  comparedAt: number | null = null;

  readonly taken: TakenModel[] = [];
  readonly records: RecordModel[] = [];
  cursor = 0;

  constructor(now: number) {
    this.now = now;
  }
}
