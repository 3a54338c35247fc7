/**
 * What providers tell the server. It is proven over its bytes before anything of it is read, kept
 * before it is answered, and believed only as far as it wakes the job that asks the provider.
 */
import type { ProviderRail } from '../../core/contract/providers.ts';
import { WEBHOOK_BYTES_MAX, type WebhookFault } from '../../core/contract/providers.ts';
import { webhookRefused } from '../../core/providers/errors.ts';
import { type Delivery, isKept, keepDelivery } from '../../core/providers/webhooks.ts';
import { verifyNowPaymentsIpn } from '../rails/nowpayments/ipn.ts';
import { verifyStripeWebhook } from '../rails/stripe/webhook.ts';
import { type CallOf, command, openOf } from './calls.ts';

export type ReceivedWebhook =
  /** The body is in base64. */
  | { readonly rail: ProviderRail; readonly body: string; readonly signature: string | null }
  | { readonly rail: ProviderRail; readonly fault: WebhookFault };

type Verified = { readonly ok: true; readonly delivery: Delivery } | { readonly ok: false; readonly because: string };

export async function receiveWebhook(call: CallOf, received: ReceivedWebhook): Promise<{ isNew: boolean }> {
  const { rail } = received;
  const { treasury, providers } = openOf(call);
  const verified = await verify(call, received);
  if (!verified.ok) {
    throw providers.webhookLog.of(rail, treasury.clock.nowMs(), webhookRefused(rail, verified.because));
  }
  // Providers send again what they think did not arrive, and so does whoever saw it: no news, and in the log.
  const isAgain = await isKept(treasury.writer, verified.delivery);
  if (isAgain && !providers.webhookLog.hasRoom(`${rail} again`, treasury.clock.nowMs())) return { isNew: false };
  return { isNew: await command(call, (work) => keepDelivery(work, verified.delivery)) };
}

async function verify(call: CallOf, received: ReceivedWebhook): Promise<Verified> {
  if ('fault' in received) return { ok: false, because: received.fault };
  const { rail, body, signature } = received;
  const open = openOf(call);
  const bytes = Buffer.from(body, 'base64');
  if (bytes.length === 0) return { ok: false, because: 'empty' };
  if (bytes.length > WEBHOOK_BYTES_MAX) return { ok: false, because: 'too_large' };
  const { values } = await open.providers.settingsOf(rail);
  switch (rail) {
    case 'stripe': {
      const secrets = values.STRIPE_WEBHOOK_SECRET ?? [];
      if (secrets.length === 0) return { ok: false, because: 'no_secret' };
      const said = verifyStripeWebhook({ body: bytes, signature, secrets, nowMs: open.treasury.clock.nowMs() });
      if (!said.ok) return said;
      if (said.isLive !== (open.providers.network === 'live')) return { ok: false, because: 'other_world' };
      const { eventId: id, type: kind, atMs: toldAtMs, raw } = said;
      return { ok: true, delivery: { rail, id, kind, toldAtMs, raw } };
    }
    case 'nowpayments': {
      const secrets = values.NOWPAYMENTS_IPN_SECRET ?? [];
      if (secrets.length === 0) return { ok: false, because: 'no_secret' };
      const said = verifyNowPaymentsIpn({ body: bytes, signature, secrets });
      if (!said.ok) return said;
      // It says nothing of when: the same again is known by its name.
      const { eventId: id, status: kind, raw } = said;
      return { ok: true, delivery: { rail, id, kind, toldAtMs: null, raw } };
    }
  }
}
