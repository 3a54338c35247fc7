/** Sends events to the endpoints that asked for them, signed as Stripe signs, until they are taken. */
import { createHmac } from 'node:crypto';
import { Deliveries } from '../deliveries.ts';
import type { Faults } from '../faults/faults.ts';
import { eventBody } from './bodies.ts';
import type { PlatformEvent } from './records.ts';

export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** Two while one takes the place of the other: each event is signed with both. */
  readonly secrets: readonly string[];
  /** `transfer.created`, or `*` for all. */
  readonly types: readonly string[];
  /** Whether it hears of connected accounts, or of the platform. */
  readonly connect: boolean;
}

export function signatureOf(body: string, secrets: readonly string[], atMs: number): string {
  const t = Math.floor(atMs / 1000);
  const signed = (secret: string) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return [`t=${t}`, ...secrets.map((secret) => `v1=${signed(secret)}`)].join(',');
}

export class Webhooks {
  readonly endpoints: Endpoint[] = [];
  readonly #nowMs: () => number;
  readonly #deliveries: Deliveries;

  constructor(nowMs: () => number, faults: Faults) {
    this.#nowMs = nowMs;
    this.#deliveries = new Deliveries({ where: 'stripe.webhook', nowMs, faults });
  }

  announce(event: PlatformEvent): void {
    const body = JSON.stringify(eventBody(event), null, 2);
    for (const { types, connect, url, secrets } of this.endpoints) {
      const wanted = types.includes('*') || types.includes(event.type);
      if (!wanted || connect !== (event.account !== null)) continue;
      const headers = () => ({
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signatureOf(body, secrets, this.#nowMs()),
      });
      this.#deliveries.add({ url, body, headers });
    }
    void this.deliver();
  }

  deliver(): Promise<void> {
    return this.#deliveries.deliver();
  }
}
