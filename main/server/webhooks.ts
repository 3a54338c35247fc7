/**
 * `POST /webhooks/{provider}`: what a provider tells. The bytes go to the engine as they came, which
 * proves them and keeps them before anything is answered. What does not even get that far is told to
 * the engine all the same, so that it is in the log.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ORPCError } from '@orpc/server';
import { PROVIDER_RAILS, type ProviderRail } from '../../core/contract/index.ts';
import { WEBHOOK_BYTES_MAX, type WebhookFault } from '../../core/contract/providers.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { CallContext, Engine } from '../engine/host.ts';
import type { AtOnce } from './at-once.ts';
import type { Attempts } from './attempts.ts';

const PREFIX = '/webhooks/';
const READ_MS_MAX = 15_000;
const SIGNATURE_HEADERS: Readonly<Record<ProviderRail, string>> = {
  stripe: 'stripe-signature',
  nowpayments: 'x-nowpayments-sig',
};

export interface WebhookPlace {
  readonly engine: Engine;
  /**
   * Refusals of each address. Too many of them shorten the answers to what is refused, and nothing
   * else: behind a proxy everybody has one address, and what verifies is let through whoever else fails.
   */
  readonly refusals: Attempts;
  /** What keeps forgeries by the million from taking the whole engine. */
  readonly proving: AtOnce;
}

/** Null where the path is none of a webhook. */
export function webhookRail(path: string): ProviderRail | null {
  if (!path.startsWith(PREFIX)) return null;
  const name = path.slice(PREFIX.length);
  return PROVIDER_RAILS.find((rail) => rail === name) ?? null;
}

export async function answerWebhook(
  place: WebhookPlace,
  rail: ProviderRail,
  { request, response, context }: { request: IncomingMessage; response: ServerResponse; context: CallContext },
): Promise<void> {
  if (request.method !== 'POST') throw new Refusal('request.unknown_path');
  const caller = context.ip ?? '';
  const body = await readRaw(request);
  try {
    if ('fault' in body) refuseShortly(place.refusals, caller);
    const { isNew } = await place.proving.run(() =>
      place.engine.client.providers.webhook(
        'fault' in body
          ? { rail, fault: body.fault }
          : { rail, body: body.bytes.toString('base64'), signature: headerOf(request, SIGNATURE_HEADERS[rail]) },
        { context },
      ),
    );
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ received: true, isNew }));
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'provider.webhook_refused') {
      refuseShortly(place.refusals, caller);
      place.refusals.failed(caller);
    }
    throw error;
  }
}

/** Once there were too many: without the reason, and where none can verify, without asking the engine. */
function refuseShortly(refusals: Attempts, caller: string): void {
  const waitMs = refusals.waitMs(caller);
  if (waitMs > 0) throw new Refusal('request.too_many', { waitMs });
}

type Read = { readonly bytes: Buffer } | { readonly fault: WebhookFault };

/** Every byte as it came: the signature is over them. */
async function readRaw(request: IncomingMessage): Promise<Read> {
  if (!/^application\/json(?:\s*;.*)?$/i.test(request.headers['content-type'] ?? '')) return { fault: 'content_type' };
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') return { fault: 'content_type' };
  if (Number(request.headers['content-length'] ?? 0) > WEBHOOK_BYTES_MAX) return { fault: 'too_large' };
  const chunks: Buffer[] = [];
  let size = 0;
  // Whoever sends a byte now and then must not hold a connection for ever.
  const late = setTimeout(() => request.destroy(), READ_MS_MAX);
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      // The rest is read and dropped, so that the caller gets to see the answer.
      if (size <= WEBHOOK_BYTES_MAX) chunks.push(chunk as Buffer);
    }
  } catch {
    return { fault: 'cut_short' };
  } finally {
    clearTimeout(late);
  }
  if (size > WEBHOOK_BYTES_MAX) return { fault: 'too_large' };
  return request.complete ? { bytes: Buffer.concat(chunks) } : { fault: 'cut_short' };
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value.slice(0, 4_096) : null;
}
