/** Sends events to the endpoints that asked for them, signed as Stripe signs, until they are taken. */
import { createHmac } from 'node:crypto';
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

interface Delivery {
  readonly endpoint: Endpoint;
  readonly event: PlatformEvent;
  readonly tries: number;
  readonly dueMs: number;
}

const TRIES_MAX = 5;
const TIMEOUT_MS = 5_000;
const KINDS = ['lose_request', 'duplicate', 'reorder', 'delay'] as const;

export function signatureOf(body: string, secrets: readonly string[], atMs: number): string {
  const t = Math.floor(atMs / 1000);
  const signed = (secret: string) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return [`t=${t}`, ...secrets.map((secret) => `v1=${signed(secret)}`)].join(',');
}

export class Webhooks {
  readonly #nowMs: () => number;
  readonly #faults: Faults;
  readonly endpoints: Endpoint[] = [];
  #waiting: Delivery[] = [];
  /** Sent only after what comes next. */
  #held: Delivery[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(nowMs: () => number, faults: Faults) {
    this.#nowMs = nowMs;
    this.#faults = faults;
  }

  announce(event: PlatformEvent): void {
    for (const endpoint of this.endpoints) {
      const wanted = endpoint.types.includes('*') || endpoint.types.includes(event.type);
      if (!wanted || endpoint.connect !== (event.account !== null)) continue;
      const delivery = { endpoint, event, tries: 0, dueMs: this.#nowMs() };
      const fault = this.#faults.decide('stripe.webhook', this.#nowMs(), KINDS);
      if (fault?.kind === 'lose_request') continue;
      if (fault?.kind === 'reorder') {
        this.#held.push(delivery);
        continue;
      }
      this.#waiting.push(fault?.kind === 'delay' ? { ...delivery, dueMs: delivery.dueMs + fault.ms } : delivery);
      if (fault?.kind === 'duplicate') this.#waiting.push(delivery);
      this.#waiting.push(...this.#held.splice(0));
    }
    void this.deliver();
  }

  /** Sends what is due, one after the other; resolves when all of it was tried. */
  deliver(): Promise<void> {
    this.#running = this.#running.then(() => this.#deliverDue());
    return this.#running;
  }

  async #deliverDue(): Promise<void> {
    const nowMs = this.#nowMs();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > nowMs);
    for (const delivery of due) {
      const taken = await this.#post(delivery);
      const tries = delivery.tries + 1;
      // Each wait is longer: a second, four, nine …
      if (!taken && tries < TRIES_MAX)
        this.#waiting.push({ ...delivery, tries, dueMs: this.#nowMs() + tries ** 2 * 1_000 });
    }
  }

  async #post({ endpoint: { url, secrets }, event }: Delivery): Promise<boolean> {
    const body = JSON.stringify(eventBody(event), null, 2);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signatureOf(body, secrets, this.#nowMs()),
        },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Nobody there, or too slow: it is tried again.
      return false;
    }
  }
}
