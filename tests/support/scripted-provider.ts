/** A payout provider that behaves as the test says, and remembers what it truly paid. */
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../core/rails/provider.ts';

export interface Script {
  readonly outcome?: 'completed' | 'failed' | 'mystery' | 'refused' | 'refused for now';
  /** How many answers are lost after the order was taken. */
  readonly loseAnswers?: number;
  /** How many requests never arrive. */
  readonly loseRequests?: number;
}

export interface ScriptedProvider extends PayoutProvider {
  paid(): readonly PayoutOrder[];
  /** What befalls it from now on, besides what its script says. */
  readonly faults: {
    loseAnswer(): void;
    loseRequest(): void;
    goAway(): void;
    comeBack(): void;
  };
}

const ESTIMATE_LIFETIME_MS = 60_000;

interface Taken {
  readonly order: PayoutOrder;
  readonly answer: ProviderAnswer;
  readonly seq: number;
}

export function scriptedProvider(script: Script = {}): ScriptedProvider {
  const { outcome = 'completed' } = script;
  const taken = new Map<string, Taken>();
  let answersToLose = script.loseAnswers ?? 0;
  let requestsToLose = script.loseRequests ?? 0;
  let isAway = false;

  const reach = () => {
    if (isAway) throw new ProviderUnreachable('it is away');
  };

  const take = (order: PayoutOrder): ProviderAnswer => {
    const earlier = taken.get(order.key);
    if (earlier) {
      if (!sameContent(earlier.order, order)) throw new ProviderRefused('that key was used for another payout', false);
      return earlier.answer;
    }
    const seq = taken.size + 1;
    const answer: ProviderAnswer = {
      reference: `ref-${order.key}`,
      status: outcome === 'completed' || outcome === 'failed' ? outcome : 'unknown',
      rawStatus: outcome,
      message: outcome === 'failed' ? 'The account is closed.' : null,
    };
    taken.set(order.key, { order, answer, seq });
    return answer;
  };

  return {
    rail: 'simulated',
    paid: () => [...taken.values()].filter(({ answer }) => answer.status === 'completed').map(({ order }) => order),
    faults: {
      loseAnswer: () => {
        answersToLose += 1;
      },
      loseRequest: () => {
        requestsToLose += 1;
      },
      goAway: () => {
        isAway = true;
      },
      comeBack: () => {
        isAway = false;
      },
    },
    checkAddress: (address) =>
      /^sim:./.test(address) ? { ok: true } : { ok: false, why: 'A simulated address begins with sim:' },
    async createPayout(order) {
      reach();
      if (requestsToLose > 0) {
        requestsToLose -= 1;
        throw new ProviderUnreachable('the request was lost');
      }
      if (outcome === 'refused' || outcome === 'refused for now') {
        throw new ProviderRefused('not now', outcome === 'refused for now');
      }
      const answer = take(order);
      if (answersToLose > 0) {
        answersToLose -= 1;
        throw new ProviderUnreachable('the answer was lost');
      }
      return answer;
    },
    async getPayoutStatus(reference) {
      reach();
      const found = [...taken.values()].find(({ answer }) => answer.reference === reference);
      if (!found) throw new ProviderRefused('unknown reference', false);
      return found.answer;
    },
    getEstimate: async (order) => ({
      feeMinor: 0n,
      feeAssetId: order.assetId,
      expiresAtMs: Date.now() + ESTIMATE_LIFETIME_MS,
    }),
    async lookup(key) {
      reach();
      return taken.get(key)?.answer ?? null;
    },
    async listSince(cursor) {
      reach();
      const after = Number(cursor ?? '0');
      const records = [...taken.values()].filter(({ seq }) => seq > after).map(recordOf);
      return { records, cursor: String(taken.size), more: false };
    },
  };
}

function sameContent(one: PayoutOrder, other: PayoutOrder): boolean {
  return one.address === other.address && one.assetId === other.assetId && one.amountMinor === other.amountMinor;
}

function recordOf({ order, answer, seq }: Taken): ProviderRecord {
  return {
    eventId: `event-${seq}`,
    reference: answer.reference,
    key: order.key,
    status: answer.status,
    amountMinor: order.amountMinor,
    assetId: order.assetId,
    atMs: 1_767_603_600_000,
    raw: JSON.stringify({ seq, reference: answer.reference }),
  };
}
