/** The simulated rail: the port of core/rails over HTTP to the simulated bank. */
import { z } from 'zod';
import { assetId } from '../../../core/money/assets.ts';
import {
  type PayoutProvider,
  type ProviderAnswer,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../core/rails/provider.ts';

const bankRecord = z.object({
  seq: z.int(),
  key: z.string(),
  reference: z.string(),
  status: z.string(),
  message: z.string().nullable(),
  asset: z.string(),
  amountMinor: z.string(),
  atMs: z.int(),
});
const bankEvents = z.object({ events: z.array(bankRecord), more: z.boolean() });
const bankError = z.object({ error: z.string() });
type BankRecord = z.infer<typeof bankRecord>;

const ADDRESS = /^sim:[a-z0-9-]{1,64}$/;
const TIMEOUT_MS = 10_000;
const ESTIMATE_LIFETIME_MS = 60_000;

export function simulatedProvider(baseUrl: string, nowMs: () => number): PayoutProvider {
  const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    try {
      const response = await fetch(new URL(path, baseUrl), { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, body: await response.json() };
    } catch (error) {
      throw new ProviderUnreachable('The simulated bank did not answer', { cause: error });
    }
  };

  const find = async (path: string): Promise<BankRecord | null> => {
    const { status, body } = await ask(path);
    if (status === 404 && bankError.safeParse(body).success) return null;
    return expected(bankRecord, status, body);
  };

  return {
    rail: 'simulated',

    // It has taken a request before it answers, and nothing stands between it and us.
    unknownProvesAfterMs: 0,

    checkAddress: (address) =>
      ADDRESS.test(address)
        ? { ok: true }
        : { ok: false, why: 'A simulated address looks like sim:name (lower case, digits, hyphens).' },

    async createPayout(order) {
      const { status, body } = await ask('/payouts', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          key: order.key,
          address: order.address,
          asset: order.assetId,
          amountMinor: order.amountMinor.toString(),
        }),
      });
      const refusal = status === 400 || status === 409 ? bankError.safeParse(body) : null;
      if (refusal?.success) throw new ProviderRefused(refusal.data.error, false);
      return answerOf(expected(bankRecord, status, body));
    },

    async getPayoutStatus(reference) {
      const found = await find(`/payouts/${encodeURIComponent(reference)}`);
      if (!found) throw new ProviderRefused('The simulated bank does not know that payout', false);
      return answerOf(found);
    },

    getEstimate: async (order) => ({
      feeMinor: 0n,
      feeAssetId: order.assetId,
      expiresAtMs: nowMs() + ESTIMATE_LIFETIME_MS,
    }),

    async lookup(key) {
      const found = await find(`/payouts?key=${encodeURIComponent(key)}`);
      return found ? answerOf(found) : null;
    },

    async listSince(cursor) {
      const { status, body } = await ask(`/events?after=${encodeURIComponent(cursor ?? '0')}`);
      const { events, more } = expected(bankEvents, status, body);
      const last = events.at(-1);
      return { records: events.map(recordOf), cursor: last ? String(last.seq) : cursor, more };
    },
  };
}

/** Whatever the bank does not say in its own form may come from anybody on the way, and proves nothing. */
function expected<T>(form: z.ZodType<T>, status: number, body: unknown): T {
  const parsed = form.safeParse(body);
  if (status === 200 && parsed.success) return parsed.data;
  const cause = parsed.success ? {} : { cause: parsed.error };
  throw new ProviderUnreachable(`The simulated bank answered ${status} with something else than was expected`, cause);
}

function statusOf(status: string): ProviderAnswer['status'] {
  return status === 'completed' || status === 'failed' ? status : 'unknown';
}

function answerOf(found: BankRecord): ProviderAnswer {
  return {
    reference: found.reference,
    status: statusOf(found.status),
    rawStatus: found.status,
    message: found.message,
  };
}

function recordOf(found: BankRecord): ProviderRecord {
  return {
    eventId: String(found.seq),
    reference: found.reference,
    key: found.key,
    status: statusOf(found.status),
    amountMinor: BigInt(found.amountMinor),
    assetId: assetId(found.asset),
    atMs: found.atMs,
    raw: JSON.stringify(found),
  };
}
