/** Tells whoever asked for it that a payment changed, signed as NOWPayments signs, until it is taken. */
import { createHmac } from 'node:crypto';
import type { Faults } from '../faults/faults.ts';
import { ipnBody } from './bodies.ts';
import type { Withdrawal } from './records.ts';

/** What the simulated account's notifications are signed with, unless told otherwise. */
export const SANDBOX_IPN_SECRET = 'sandbox-ipn-secret';

interface Delivery {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
  readonly tries: number;
  readonly dueMs: number;
}

const TRIES_MAX = 5;
const TIMEOUT_MS = 5_000;
const KINDS = ['lose_request', 'duplicate', 'reorder', 'delay'] as const;

/** Over the keys in their order at every depth, and without a space. */
export function ipnSignature(body: unknown, secret: string): string {
  return createHmac('sha512', secret)
    .update(JSON.stringify(sorted(body)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inside]) => [key, sorted(inside)]),
  );
}

export class Notifications {
  readonly #nowMs: () => number;
  readonly #faults: Faults;
  readonly #secret: string;
  #waiting: Delivery[] = [];
  /** Sent only after what comes next. */
  #held: Delivery[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(nowMs: () => number, faults: Faults, secret: string) {
    this.#nowMs = nowMs;
    this.#faults = faults;
    this.#secret = secret;
  }

  announce(withdrawal: Withdrawal): void {
    if (withdrawal.callbackUrl === null) return;
    const told = ipnBody(withdrawal);
    const delivery: Delivery = {
      url: withdrawal.callbackUrl,
      body: JSON.stringify(told),
      signature: ipnSignature(told, this.#secret),
      tries: 0,
      dueMs: this.#nowMs(),
    };
    const fault = this.#faults.decide('nowpayments.ipn', this.#nowMs(), KINDS);
    if (fault?.kind === 'lose_request') return;
    if (fault?.kind === 'reorder') {
      this.#held.push(delivery);
      return;
    }
    this.#waiting.push(fault?.kind === 'delay' ? { ...delivery, dueMs: delivery.dueMs + fault.ms } : delivery);
    if (fault?.kind === 'duplicate') this.#waiting.push(delivery);
    this.#waiting.push(...this.#held.splice(0));
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
      const taken = await post(delivery);
      const tries = delivery.tries + 1;
      // Each wait is longer: a second, four, nine …
      if (!taken && tries < TRIES_MAX)
        this.#waiting.push({ ...delivery, tries, dueMs: this.#nowMs() + tries ** 2 * 1_000 });
    }
  }
}

async function post({ url, body, signature }: Delivery): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-nowpayments-sig': signature },
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
