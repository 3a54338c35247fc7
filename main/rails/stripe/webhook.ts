/**
 * Whether a webhook is Stripe's own: its signature is over the bytes as they came, with a secret that
 * only Stripe and we have, at a time that is about now. Nothing of it is read before that is proven.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export interface StripeWebhook {
  /** The body as it came. */
  readonly body: Uint8Array;
  /** `Stripe-Signature` */
  readonly signature: string | null;
  /** The one in force, and the one before while it still is. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  readonly toleranceMs?: number;
}

export type WebhookRefusal =
  | 'unsigned'
  | 'too_large'
  | 'unreadable_signature'
  | 'forged'
  | 'too_old'
  | 'too_new'
  | 'no_event';

export type VerifiedWebhook =
  | {
      readonly ok: true;
      readonly eventId: string;
      readonly type: string;
      readonly atMs: number;
      readonly isLive: boolean;
      /** The connected account it happened on; null for the platform's own. */
      readonly account: string | null;
      readonly raw: string;
      readonly event: unknown;
    }
  | { readonly ok: false; readonly because: WebhookRefusal };

const BODY_BYTES_MAX = 1_000_000;
const TOLERANCE_MS = 5 * 60 * 1000;
const HEADER_LENGTH_MAX = 2_048;
const SIGNATURES_MAX = 16;

const event = z.object({
  id: z.string().regex(/^evt_[A-Za-z0-9]{1,255}$/),
  object: z.literal('event'),
  type: z.string().min(1).max(200),
  created: z.int().min(0),
  livemode: z.boolean(),
  account: z.string().optional(),
});

export function verifyStripeWebhook(webhook: StripeWebhook): VerifiedWebhook {
  const { body, signature, secrets, nowMs, toleranceMs = TOLERANCE_MS } = webhook;
  if (signature === null || signature === '') return refused('unsigned');
  if (body.length > BODY_BYTES_MAX) return refused('too_large');
  const signed = readSignature(signature);
  if (signed === null) return refused('unreadable_signature');
  if (!isSignedBy(secrets, body, signed)) return refused('forged');
  // Only what is truly Stripe's is told that it came at the wrong time.
  const ageMs = nowMs - signed.atS * 1000;
  if (ageMs > toleranceMs) return refused('too_old');
  if (ageMs < -toleranceMs) return refused('too_new');
  const raw = Buffer.from(body).toString('utf8');
  const told = jsonOf(raw);
  const parsed = event.safeParse(told);
  if (!parsed.success) return refused('no_event');
  const { id, type, created, livemode, account = null } = parsed.data;
  return { ok: true, eventId: id, type, atMs: created * 1000, isLive: livemode, account, raw, event: told };
}

const refused = (because: WebhookRefusal) => ({ ok: false, because }) as const;

interface Signature {
  readonly atS: number;
  /** As it was written: it is part of what is signed. */
  readonly at: string;
  readonly v1: readonly Buffer[];
}

/** `t=1492774577,v1=5257a8…,v1=…,v0=…`; other schemes than v1 are passed over. */
function readSignature(header: string): Signature | null {
  if (header.length > HEADER_LENGTH_MAX) return null;
  const parts = header.split(',').map((part) => part.trim().split('='));
  const times = parts.filter(([name]) => name === 't').map(([, value]) => value ?? '');
  const [at = ''] = times;
  if (times.length !== 1 || !/^\d{1,12}$/.test(at)) return null;
  const v1 = parts
    .filter(([name, value]) => name === 'v1' && /^[0-9a-f]{64}$/.test(value ?? ''))
    .map(([, value]) => Buffer.from(value ?? '', 'hex'));
  return v1.length === 0 || v1.length > SIGNATURES_MAX ? null : { atS: Number(at), at, v1 };
}

/** Every secret is held against every signature: how long it takes says nothing about either. */
function isSignedBy(secrets: readonly string[], body: Uint8Array, { at, v1 }: Signature): boolean {
  let found = false;
  for (const secret of secrets) {
    // With an empty secret anybody could sign.
    if (secret === '') continue;
    const expected = createHmac('sha256', secret).update(`${at}.`).update(body).digest();
    for (const given of v1) {
      const same = timingSafeEqual(expected, given);
      found ||= same;
    }
  }
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
