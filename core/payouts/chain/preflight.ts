/**
 * What can be known before anybody signs: whether the network would take a payment. What would not
 * be taken is left out of the transaction, so that it does not fail all the others.
 */
import type { HeldBackWhy } from '../../contract/chain.ts';
import { invariant } from '../../errors/refusal.ts';
import type { AccountFacts, ChainAsset, ChainPayment, TrustlineFacts } from '../../rails/chain.ts';

export interface Preflight {
  readonly payable: readonly ChainPayment[];
  readonly heldBack: readonly { readonly payment: ChainPayment; readonly why: HeldBackWhy }[];
}

/** What is set aside costs a reserve for each who may claim it: the payee, and the treasury. */
const CLAIMANTS = 2n;
/** What an account has to keep before it owns anything. */
const RESERVES_OF_AN_ACCOUNT = 2n;

/** What the network asks now. */
export interface Prices {
  readonly feePerOperation: bigint;
  readonly baseReserve: bigint;
}

/**
 * Judges payments in their order, each after those before it: what one takes of the source, or
 * puts into a destination, the next cannot. `accountOf`: the account behind a muxed address; none behind a
 * contract's.
 */
export function preflight(
  source: string,
  payments: readonly ChainPayment[],
  accounts: ReadonlyMap<string, AccountFacts>,
  prices: Prices,
  accountOf: (address: string) => string | null,
): Preflight {
  const from = accounts.get(source);
  if (!from) return { payable: [], heldBack: payments.map((payment) => ({ payment, why: 'source.missing' })) };
  const left = new Map<string, bigint>([[NATIVE, from.spendableMinor]]);
  for (const line of from.trustlines) left.set(keyOf(line.asset), line.spendableMinor);
  const put = new Map<string, bigint>();
  const created = new Set<string>();
  const payable: ChainPayment[] = [];
  const heldBack: { payment: ChainPayment; why: HeldBackWhy }[] = [];

  for (const payment of payments) {
    const account = accountOf(payment.address);
    const to = account ?? payment.address;
    const asset = keyOf(payment.asset);
    const place = `${to} ${asset}`;
    const why =
      (account === null && payment.method !== 'contract_call' ? ('destination.contract' as const) : null) ??
      whyNotOpened(payment, prices) ??
      (payment.method === 'claimable_balance' && to === source ? ('destination.own' as const) : null) ??
      whyNotThere(payment, to, accounts.get(to), put.get(place) ?? 0n, created.has(to), account === null) ??
      whyNotFrom(payment, source, from, left, prices);
    if (why) {
      heldBack.push({ payment, why });
      continue;
    }
    payable.push(payment);
    put.set(place, (put.get(place) ?? 0n) + payment.amountMinor);
    if (payment.method === 'create_account') created.add(to);
    for (const [key, amount] of takenBy(payment, source, prices)) left.set(key, (left.get(key) ?? 0n) - amount);
  }
  return { payable, heldBack };
}

function whyNotOpened({ method, amountMinor }: ChainPayment, { baseReserve }: Prices): HeldBackWhy | null {
  return method === 'create_account' && amountMinor < RESERVES_OF_AN_ACCOUNT * baseReserve
    ? 'destination.below_reserve'
    : null;
}

function whyNotThere(
  payment: ChainPayment,
  to: string,
  account: AccountFacts | undefined,
  alreadyPut: bigint,
  isCreated: boolean,
  isContract: boolean,
): HeldBackWhy | null {
  switch (payment.method) {
    case 'create_account':
      return account || isCreated ? 'destination.exists' : null;
    // What is claimed later finds its own way.
    case 'claimable_balance':
      return null;
    case 'contract_call':
      // A contract holds whatever it is given; an account that it pays must be ready for it.
      if (isContract) return null;
      if (to !== payment.address) return 'destination.muxed';
      break;
    case 'payment':
      break;
  }
  if (!account) return 'destination.missing';
  if (account.memoRequired && payment.memo === null && to === payment.address) return 'destination.memo_required';
  if (payment.asset.issuer === null || payment.asset.issuer === to) return null;
  const line = lineOf(account, payment.asset);
  if (!line) return 'destination.no_trust';
  if (!line.authorized) return 'destination.not_authorized';
  return line.roomMinor - alreadyPut < payment.amountMinor ? 'destination.full' : null;
}

function whyNotFrom(
  payment: ChainPayment,
  source: string,
  from: AccountFacts,
  left: ReadonlyMap<string, bigint>,
  prices: Prices,
): HeldBackWhy | null {
  const { asset } = payment;
  if (asset.issuer !== null && asset.issuer !== source) {
    const line = lineOf(from, asset);
    if (!line) return 'source.no_trust';
    if (!line.authorized) return 'source.not_authorized';
  }
  const short = [...takenBy(payment, source, prices)].some(([key, amount]) => (left.get(key) ?? 0n) < amount);
  return short ? 'source.underfunded' : null;
}

/** What a payment takes of its source: its amount, its part of the fee, and the reserve of a claim. */
function takenBy(
  { asset, amountMinor, method }: ChainPayment,
  source: string,
  { feePerOperation, baseReserve }: Prices,
): Map<string, bigint> {
  invariant(amountMinor > 0n, 'a payment pays something');
  const native = feePerOperation + (method === 'claimable_balance' ? CLAIMANTS * baseReserve : 0n);
  const key = keyOf(asset);
  if (key === NATIVE) return new Map([[NATIVE, native + amountMinor]]);
  // An issuer makes what it pays with.
  if (asset.issuer === source) return new Map([[NATIVE, native]]);
  return new Map([
    [NATIVE, native],
    [key, amountMinor],
  ]);
}

const NATIVE = 'native';

function keyOf({ code, issuer }: ChainAsset): string {
  return issuer === null ? NATIVE : `${code}:${issuer}`;
}

function lineOf(account: AccountFacts, asset: ChainAsset): TrustlineFacts | undefined {
  return account.trustlines.find((line) => keyOf(line.asset) === keyOf(asset));
}
