/** What the next transaction would be: which payouts, in which order, at which price. */
import type { HeldBackWhy } from '../../contract/chain.ts';
import { paysMany } from '../../contract/contract-calls.ts';
import { invariant } from '../../errors/refusal.ts';
import type { AccountFacts, CallNeeds, ChainAsset, ChainPayment, Reach } from '../../rails/chain.ts';
import { callText, getPayout, type PayoutRecord } from '../repository.ts';
import { startableNow } from '../start.ts';
import { failedInLedger, fitCall } from './calls.ts';
import { answered, type ChainDesk } from './desk.ts';
import { nothingPayable, nothingToBuild } from './errors.ts';
import { FEE_MIN, firstBid } from './fees.ts';
import { movedNames } from './names.ts';
import { type Prices, preflight } from './preflight.ts';

export interface BuildOrder {
  /** Only these, if they could start now; everything that could start unless said. */
  readonly payoutIds?: readonly string[] | undefined;
  /** How many of the first payments the signer takes in one transaction. */
  readonly fits: (payments: readonly ChainPayment[]) => number;
  /** How large the signed bytes may be; however large unless said. */
  readonly bytesMax?: number | undefined;
  /** Whether the signer may sign a call of this contract; any unless said. */
  readonly mayCall?: ((contract: string) => boolean) | undefined;
  /** How long from now a ledger may take it. */
  readonly openS: number;
}

export interface TransactionPlan {
  readonly payments: readonly PlannedPayment[];
  readonly heldBack: readonly HeldBackPayout[];
  readonly feePerOperation: bigint;
  /** For the whole of it. */
  readonly feeMinor: bigint;
  /** What the one call needs that makes all of the payments; null where each is an operation. */
  readonly needs: CallNeeds | null;
  readonly source: AccountFacts;
  readonly reach: Reach;
  /** What could start, and comes with a later transaction. */
  readonly later: number;
}

export interface PlannedPayment {
  readonly payout: PayoutRecord;
  readonly payment: ChainPayment;
  /** Not together with others: it failed when it was. */
  readonly isAlone: boolean;
}

export interface HeldBackPayout {
  readonly payout: PayoutRecord;
  readonly why: HeldBackWhy;
  /** In the contract's own words, where it was that which refused. */
  readonly said: string | null;
}

export const OPERATIONS_MAX = 100;
/** What one plan looks at; the rest comes with later transactions. */
const CANDIDATES_MAX = 1_000;
const GROUPS_MAX = 20;

/** Asks the records and the network; writes nothing. `leftOut`: what turned out not to start. */
export async function planTransaction(
  desk: ChainDesk,
  order: BuildOrder,
  leftOut: ReadonlySet<string> = new Set(),
): Promise<TransactionPlan> {
  const candidates = await candidatesOf(desk, order, leftOut);
  if (candidates.length === 0) throw nothingToBuild();
  const { fee, reach, baseReserve } = await answered(async () => ({
    fee: await desk.rail.online.feePerOperation(),
    reach: await desk.rail.online.reach(),
    baseReserve: await desk.rail.online.baseReserve(),
  }));
  const heldBack: HeldBackPayout[] = [];
  // The oldest decides which memo comes first; where the network takes none of those, the next one.
  for (const together of groupsOf(candidates).slice(0, GROUPS_MAX)) {
    const judged = await judge(desk, together, { feePerOperation: fee > FEE_MIN ? fee : FEE_MIN, baseReserve });
    heldBack.push(...judged.heldBack);
    const { source } = judged;
    if (!source) continue;
    if (together[0]?.payment.call) {
      const { fitted, heldBack: refused } = await fitCall(desk, judged.payable, { source, reach }, order);
      heldBack.push(...refused);
      if (!fitted) continue;
      const later = candidates.length - heldBack.length - fitted.payments.length;
      return { ...fitted, heldBack, source, reach, later };
    }
    const count = Math.min(order.fits(judged.payable.map(({ payment }) => payment)), judged.payable.length);
    if (count === 0) continue;
    const feePerOperation = firstBid(fee, BigInt(count), desk.settings.maxFeeMinor);
    return {
      payments: judged.payable.slice(0, count),
      heldBack,
      feePerOperation,
      feeMinor: feePerOperation * BigInt(count),
      needs: null,
      source,
      reach,
      later: candidates.length - heldBack.length - count,
    };
  }
  const [one] = heldBack;
  throw one ? nothingPayable(one, heldBack.length) : nothingToBuild();
}

interface Judged {
  readonly payable: readonly PlannedPayment[];
  readonly heldBack: readonly HeldBackPayout[];
  readonly source: AccountFacts | null;
}

/** More than fit are judged: what the network would not take leaves room for others. */
async function judge(
  { rail, names, settings }: ChainDesk,
  together: readonly PlannedPayment[],
  prices: Prices,
): Promise<Judged> {
  const some = together.slice(0, 2 * OPERATIONS_MAX);
  const hasMoved = await movedNames(names, some);
  const [moved, unmoved] = partition(some, ({ payout }) => hasMoved.has(payout.id));
  const [here, elsewhere] = partition(unmoved, ({ payout }) => payout.assetId.startsWith(`stellar:${rail.network}:`));
  const addresses = new Set([settings.source]);
  for (const { payment } of here) addresses.add(rail.accountOf(payment.address) ?? settings.source);
  const accounts = await answered(() => rail.online.accounts([...addresses]));
  const byId = new Map(here.map((one) => [one.payment.payoutId, one]));
  const of = (payment: ChainPayment) => {
    const known = byId.get(payment.payoutId);
    invariant(known, 'what was judged was asked about');
    return known;
  };
  const payments = here.map(({ payment }) => payment);
  const { payable, heldBack } = preflight(settings.source, payments, accounts, prices, rail.accountOf);
  return {
    payable: payable.slice(0, OPERATIONS_MAX).map(of),
    heldBack: [
      ...moved.map(({ payout }) => ({ payout, why: 'destination.name_moved' as const, said: null })),
      ...elsewhere.map(({ payout }) => ({ payout, why: 'asset.other_network' as const, said: null })),
      ...heldBack.map(({ payment, why }) => ({ payout: of(payment).payout, why, said: null })),
    ],
    source: accounts.get(settings.source) ?? null,
  };
}

function partition<T>(all: readonly T[], is: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

/** A transaction has one memo, which all of its payments share; or one call, of one contract for one asset. */
function groupsOf(candidates: readonly PlannedPayment[]): readonly (readonly PlannedPayment[])[] {
  return [...Map.groupBy(candidates, groupOf).values()];
}

function groupOf({ payout, payment: { memo, call }, isAlone }: PlannedPayment): string {
  if (!call) return memo ? `${memo.type} ${memo.value}` : '';
  return [callText(call), payout.assetId, isAlone || !paysMany(call) ? payout.id : ''].join(' ');
}

async function candidatesOf(
  desk: ChainDesk,
  { payoutIds }: BuildOrder,
  leftOut: ReadonlySet<string>,
): Promise<readonly PlannedPayment[]> {
  const { writer, clock } = desk.treasury;
  const { due } = await startableNow(writer, 'stellar', clock.nowMs());
  const wanted = payoutIds ? new Set(payoutIds) : null;
  const chosen = due.filter(({ id }) => (wanted === null || wanted.has(id)) && !leftOut.has(id));
  const candidates: PlannedPayment[] = [];
  for (const { id } of chosen.slice(0, CANDIDATES_MAX)) {
    const payout = await getPayout(writer, id);
    const isAlone = payout.call !== null && (await failedInLedger(writer, id));
    candidates.push({ payout, payment: paymentOf(payout), isAlone });
  }
  return candidates;
}

export function paymentOf({
  id,
  reference,
  destination,
  assetId,
  amountMinor,
  method,
  reclaimAfterS,
  call,
}: PayoutRecord): ChainPayment {
  return {
    payoutId: id,
    reference,
    address: destination.address,
    memo: destination.memo,
    asset: chainAssetOf(assetId),
    amountMinor,
    method,
    reclaimAfterS,
    call,
  };
}

const STELLAR_ASSET = /^stellar:[a-z0-9-]+:(?:native|([A-Za-z0-9]{1,12})-(G[A-Z2-7]{55}))$/;

export function chainAssetOf(assetId: string): ChainAsset {
  const [, code, issuer] = STELLAR_ASSET.exec(assetId) ?? [];
  invariant(STELLAR_ASSET.test(assetId), 'what goes out on Stellar is an asset of Stellar');
  return { code: code ?? 'XLM', issuer: issuer ?? null };
}

export function nativeAsset(network: string): string {
  return `stellar:${network}:native`;
}
