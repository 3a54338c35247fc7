/**
 * A payout provider that does what each step of a simulation tells it to, and remembers the truth:
 * what it took, what it really paid, and the records it has written about it.
 */
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../core/rails/provider.ts';

export const BEHAVIOURS = [
  'complete',
  'fail',
  'accept',
  'mystery',
  'refuse',
  'refuse for now',
  'lose the request',
  'lose the answer',
  'lose the failure',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

type Standing = 'accepted' | 'completed' | 'failed' | 'unknown';

interface Taken {
  readonly order: PayoutOrder;
  readonly reference: string;
  standing: Standing;
  /** How many times the money really left. */
  paid: number;
}

/** What an order comes to when it is taken at all. */
const TAKEN_AS: { readonly [B in Behaviour]: Standing | null } = {
  complete: 'completed',
  fail: 'failed',
  accept: 'accepted',
  mystery: 'unknown',
  refuse: null,
  'refuse for now': null,
  'lose the request': null,
  'lose the answer': 'completed',
  'lose the failure': 'failed',
};

export const takenAs = (behaviour: Behaviour) => TAKEN_AS[behaviour];

export interface UnreliableRail extends PayoutProvider {
  /** Decides about the order of a payout from now on. */
  behaveBy(behaviourOf: (payoutId: string) => Behaviour): void;
  /** While it is gone every question stays without an answer. */
  setReachable(reachable: boolean): void;
  /** How many records a list gives at once, and whether it forgets what was read before. */
  listBy(options: { readonly pageSize: number; readonly fromTheStart: boolean }): void;
  /** A later record about an order that was taken: final now, or another than before. */
  report(key: string, status: Standing, amountMinor?: bigint): void;
  /** A record about a payment that nobody here ordered. */
  reportStranger(): void;
  readonly taken: ReadonlyMap<string, Readonly<Taken>>;
  readonly records: readonly ProviderRecord[];
}

export function unreliableRail(clock: { nowMs(): number }): UnreliableRail {
  const taken = new Map<string, Taken>();
  const records: ProviderRecord[] = [];
  let behaviourOf: (payoutId: string) => Behaviour = () => 'complete';
  let reachable = true;
  let listing = { pageSize: 1_000, fromTheStart: false };

  const refuseUnreachable = () => {
    if (!reachable) throw new ProviderUnreachable('the provider is gone');
  };
  const record = (order: Pick<PayoutOrder, 'assetId' | 'amountMinor'>, key: string, status: Standing) => {
    const number = records.length + 1;
    records.push({
      eventId: `event-${String(number).padStart(8, '0')}`,
      reference: `ref-${key}`,
      key,
      status,
      amountMinor: order.amountMinor,
      assetId: order.assetId,
      atMs: clock.nowMs(),
      raw: JSON.stringify({ number, key, status }),
    });
  };
  const answerOf = ({ reference, standing }: Taken): ProviderAnswer => ({
    reference,
    status: standing,
    rawStatus: standing,
    message: standing === 'failed' ? 'The account is closed.' : null,
  });
  const stand = (one: Taken, standing: Standing) => {
    if (standing === 'completed' && one.standing !== 'completed') one.paid += 1;
    one.standing = standing;
  };

  return {
    rail: 'simulated',
    taken,
    records,
    behaveBy(decide) {
      behaviourOf = decide;
    },
    setReachable(now) {
      reachable = now;
    },
    listBy(options) {
      listing = options;
    },
    report(key, status, amountMinor) {
      const one = taken.get(key);
      if (!one) throw new Error(`Nothing was taken under ${key}`);
      if (amountMinor === undefined) stand(one, status);
      record({ assetId: one.order.assetId, amountMinor: amountMinor ?? one.order.amountMinor }, key, status);
    },
    reportStranger() {
      const [any] = taken.values();
      if (any) record(any.order, `stranger-${records.length}`, 'completed');
    },
    checkAddress: () => ({ ok: true }),
    async createPayout(order) {
      refuseUnreachable();
      const earlier = taken.get(order.key);
      if (earlier) return answerOf(earlier);
      const behaviour = behaviourOf(order.payoutId);
      const standing = takenAs(behaviour);
      if (standing === null) {
        if (behaviour === 'lose the request') throw new ProviderUnreachable('the request was lost');
        throw new ProviderRefused('not like this', behaviour === 'refuse for now');
      }
      const one: Taken = { order, reference: `ref-${order.key}`, standing: 'accepted', paid: 0 };
      stand(one, standing);
      taken.set(order.key, one);
      record(order, order.key, standing);
      if (behaviour === 'lose the answer' || behaviour === 'lose the failure') {
        throw new ProviderUnreachable('the answer was lost');
      }
      return answerOf(one);
    },
    async getPayoutStatus(reference) {
      refuseUnreachable();
      const found = [...taken.values()].find((one) => one.reference === reference);
      if (!found) throw new ProviderRefused('unknown reference', false);
      return answerOf(found);
    },
    getEstimate: async (order) => ({ feeMinor: 0n, feeAssetId: order.assetId, expiresAtMs: Number.MAX_SAFE_INTEGER }),
    async lookup(key) {
      refuseUnreachable();
      const one = taken.get(key);
      return one ? answerOf(one) : null;
    },
    async listSince(cursor) {
      refuseUnreachable();
      const after = listing.fromTheStart ? 0 : Number(cursor ?? '0');
      const until = Math.min(records.length, after + listing.pageSize);
      // A list that forgets gives everything again at once, or it would never come to its end.
      if (listing.fromTheStart) return { records: [...records], cursor: String(records.length), more: false };
      return { records: records.slice(after, until), cursor: String(until), more: until < records.length };
    },
  };
}
