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
}

export function scriptedProvider({ outcome = 'completed', loseAnswers = 0, loseRequests = 0 }: Script = {}): ScriptedProvider {
  const taken = new Map<string, { order: PayoutOrder; answer: ProviderAnswer; seq: number }>();
  let answersToLose = loseAnswers;
  let requestsToLose = loseRequests;

  const take = (order: PayoutOrder): ProviderAnswer => {
    const earlier = taken.get(order.key);
    if (earlier) return earlier.answer;
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
    checkAddress: () => ({ ok: true }),
    async createPayout(order) {
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
      const found = [...taken.values()].find(({ answer }) => answer.reference === reference);
      if (!found) throw new ProviderRefused('unknown reference', false);
      return found.answer;
    },
    getEstimate: async (order) => ({ feeMinor: 0n, feeAssetId: order.assetId, expiresAtMs: Number.MAX_SAFE_INTEGER }),
    lookup: async (key) => taken.get(key)?.answer ?? null,
    async listSince(cursor) {
      const after = Number(cursor ?? '0');
      const records = [...taken.values()]
        .filter(({ seq }) => seq > after)
        .map(({ order, answer, seq }): ProviderRecord => ({
          eventId: `event-${seq}`,
          reference: answer.reference,
          key: order.key,
          status: answer.status,
          amountMinor: order.amountMinor,
          assetId: order.assetId,
          atMs: 1_767_603_600_000,
          raw: JSON.stringify({ seq, reference: answer.reference }),
        }));
      return { records, cursor: String(taken.size), more: false };
    },
  };
}
