/**
 * Fits payments into one call of a contract: it is tried out on the network until it works, with as
 * many of them as network, signer and price allow. One payee whom the contract does not pay holds
 * back nobody but itself.
 */
import { sql } from 'kysely';
import type { HeldBackWhy } from '../../contract/chain.ts';
import { paysMany } from '../../contract/contract-calls.ts';
import { invariant } from '../../errors/refusal.ts';
import type { AccountFacts, CallNeeds, CallTrial, CallTrouble, ContractCalls, Reach } from '../../rails/chain.ts';
import type { Reader } from '../../store/tx.ts';
import { answered, type ChainDesk } from './desk.ts';
import { feeAboveMaximum } from './errors.ts';
import { FEE_MIN, firstBid } from './fees.ts';
import type { BuildOrder, HeldBackPayout, PlannedPayment } from './plan.ts';

export interface FittedCall {
  readonly payments: readonly PlannedPayment[];
  readonly needs: CallNeeds;
  readonly feePerOperation: bigint;
  readonly feeMinor: bigint;
}

export interface CallFit {
  /** Null where no call of these works now. */
  readonly fitted: FittedCall | null;
  readonly heldBack: readonly HeldBackPayout[];
}

export interface CallSurroundings {
  readonly source: AccountFacts;
  readonly reach: Reach;
}

/** How often the network is asked for one plan; what it could not say by then comes later. */
const TRIALS_MAX = 80;
const ROUNDS_MAX = 12;

const HELD_BACK: { readonly [W in CallTrouble]: HeldBackWhy } = {
  missing: 'contract.missing',
  method: 'contract.method',
  arguments: 'contract.arguments',
  refused: 'contract.refused',
  too_large: 'contract.too_large',
  archived: 'contract.archived',
  other_auth: 'contract.other_auth',
  does_not_pay: 'contract.does_not_pay',
};

type Failed = Extract<CallTrial, { outcome: 'fails' }>;
type List = readonly PlannedPayment[];

export async function fitCall(
  desk: ChainDesk,
  payable: List,
  around: CallSurroundings,
  order: BuildOrder,
): Promise<CallFit> {
  const [first] = payable;
  const terms = first?.payment.call;
  if (!terms) return { fitted: null, heldBack: [] };
  const nobody = (why: HeldBackWhy): CallFit => ({
    fitted: null,
    heldBack: payable.map(({ payout }) => ({ payout, why, said: null })),
  });
  const { calls } = desk.rail;
  if (!calls) return nobody('contract.no_simulation');
  if (order.mayCall?.(terms.contract) === false) return nobody('contract.blind_signing');
  const most = paysMany(terms) ? payable.length : 1;
  const count = Math.min(order.fits(payable.map(({ payment }) => payment)), most);
  const fee = await answered(() => calls.fee());
  return new Fitting(desk, calls, { ...around, fee }, order).fit(payable.slice(0, count));
}

interface Priced {
  readonly list: List;
  /** Null where it is too dear for that. */
  readonly call: FittedCall | null;
  readonly signedBytes: number;
  /** How many times too dear it is. */
  readonly overprice: number;
}

class Fitting {
  readonly #desk: ChainDesk;
  readonly #calls: ContractCalls;
  readonly #around: CallSurroundings & { readonly fee: bigint };
  readonly #order: BuildOrder;
  readonly #heldBack: HeldBackPayout[] = [];
  #trials = 0;

  constructor(
    desk: ChainDesk,
    calls: ContractCalls,
    around: CallSurroundings & { readonly fee: bigint },
    order: BuildOrder,
  ) {
    this.#desk = desk;
    this.#calls = calls;
    this.#around = around;
    this.#order = order;
  }

  async fit(wanted: List): Promise<CallFit> {
    let list = wanted;
    for (let round = 0; round < ROUNDS_MAX && list.length > 0 && this.#trials < TRIALS_MAX; round++) {
      const trial = await this.#tryOut(list);
      if (trial.outcome === 'works') {
        const priced = this.#priced(list, trial.needs);
        const fits = this.#howManyFit(priced);
        if (fits === list.length) return { fitted: priced.call, heldBack: this.#heldBack };
        list = list.slice(0, fits);
        continue;
      }
      const taken = await this.#taken(list, trial);
      // Each part of them works, and all together do not.
      list = taken.length < list.length ? taken : firstHalf(list);
    }
    return { fitted: null, heldBack: this.#heldBack };
  }

  /** Of those whom one call did not take together, whom it takes. */
  async #taken(list: List, { why, said }: Failed): Promise<List> {
    if (why === 'missing' || why === 'method') return this.#holdBack(list, why, said);
    if (list.length === 1) return this.#holdBack(list, why, said);
    if (why === 'too_large') return firstHalf(list);
    const parts: PlannedPayment[] = [];
    for (const half of [firstHalf(list), list.slice(firstHalf(list).length)]) {
      if (this.#trials >= TRIALS_MAX) return parts;
      const trial = await this.#tryOut(half);
      parts.push(...(trial.outcome === 'works' ? half : await this.#taken(half, trial)));
    }
    return parts;
  }

  #holdBack(list: List, why: CallTrouble, said: string): List {
    this.#heldBack.push(...list.map(({ payout }) => ({ payout, why: HELD_BACK[why], said })));
    return [];
  }

  #tryOut(list: List): Promise<CallTrial> {
    this.#trials += 1;
    return answered(() => this.#calls.tryOut({ ...this.#orderOf(list), feePerOperation: FEE_MIN }));
  }

  #orderOf(list: List) {
    const { source, reach } = this.#around;
    return {
      source: this.#desk.settings.source,
      sequence: source.sequence + 1n,
      payments: list.map(({ payment }) => payment),
      reclaims: [],
      maxTimeS: reach.latestCloseTimeS + this.#order.openS,
    };
  }

  #priced(list: List, needs: CallNeeds): Priced {
    const { maxFeeMinor } = this.#desk.settings;
    const least = needs.resourceFeeMinor + FEE_MIN;
    if (least > maxFeeMinor) {
      // Fewer payments need less.
      if (list.length === 1) throw feeAboveMaximum(least, maxFeeMinor);
      return { call: null, signedBytes: 0, overprice: Number(least) / Number(maxFeeMinor), list };
    }
    const feePerOperation = firstBid(this.#around.fee, 1n, maxFeeMinor - needs.resourceFeeMinor);
    const built = this.#desk.rail.build({ ...this.#orderOf(list), feePerOperation, needs });
    return {
      call: { payments: list, needs, feePerOperation, feeMinor: built.feeMinor },
      signedBytes: built.signedBytes,
      overprice: 1,
      list,
    };
  }

  #howManyFit({ call, signedBytes, overprice, list }: Priced): number {
    const { bytesMax = Number.POSITIVE_INFINITY } = this.#order;
    const over = Math.max(overprice, signedBytes / bytesMax);
    if (over > 1) {
      if (list.length > 1) return Math.max(1, Math.min(list.length - 1, Math.floor(list.length / over)));
      this.#holdBack(list, 'too_large', `${signedBytes} bytes`);
      return 0;
    }
    invariant(call, 'what is not too dear has a price');
    if (call.feeMinor + nativeIn(list) <= this.#around.source.spendableMinor) return list.length;
    this.#heldBack.push(...list.map(({ payout }) => ({ payout, why: 'source.underfunded' as const, said: null })));
    return 0;
  }
}

const firstHalf = (list: List): List => list.slice(0, Math.ceil(list.length / 2));

function nativeIn(list: List): bigint {
  return list.reduce((sum, { payment }) => (payment.asset.issuer === null ? sum + payment.amountMinor : sum), 0n);
}

/** The contract took it when it was tried out and not in the ledger: it is tried by itself, where it can fail alone. */
export async function failedInLedger(reader: Reader, payoutId: string): Promise<boolean> {
  const [last] = await reader.rows<{ provider_message: string | null }>(sql`
    select provider_message from payout_attempts where payout_id = ${payoutId} order by number desc limit 1`);
  return last?.provider_message?.includes('op_trapped') ?? false;
}
