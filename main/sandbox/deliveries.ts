/**
 * What a simulated provider tells by itself: sent until it is taken, a few times at most, and lost, told
 * twice, late or in another order where a fault says so.
 */
import type { Faults } from './faults/faults.ts';

export interface Message {
  readonly url: string;
  readonly body: string;
  /** Made for each try: what is signed may have a time. */
  readonly headers: () => Readonly<Record<string, string>>;
}

interface Delivery extends Message {
  readonly tries: number;
  readonly dueMs: number;
}

export interface DeliveriesOptions {
  /** What faults know them by: `stripe.webhook`. */
  readonly where: string;
  readonly nowMs: () => number;
  readonly faults: Faults;
}

const TRIES_MAX = 5;
const TIMEOUT_MS = 5_000;
const KINDS = ['lose_request', 'duplicate', 'reorder', 'delay'] as const;

export class Deliveries {
  readonly #options: DeliveriesOptions;
  #waiting: Delivery[] = [];
  /** Sent only after what comes next. */
  #held: Delivery[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  add(message: Message): void {
    const { where, nowMs, faults } = this.#options;
    const delivery: Delivery = { ...message, tries: 0, dueMs: nowMs() };
    const fault = faults.decide(where, nowMs(), KINDS);
    if (fault?.kind === 'lose_request') return;
    if (fault?.kind === 'reorder') {
      this.#held.push(delivery);
      return;
    }
    this.#waiting.push(fault?.kind === 'delay' ? { ...delivery, dueMs: delivery.dueMs + fault.ms } : delivery);
    if (fault?.kind === 'duplicate') this.#waiting.push(delivery);
    this.#waiting.push(...this.#held.splice(0));
  }

  /** Sends what is due, one after the other; resolves when all of it was tried. */
  deliver(): Promise<void> {
    this.#running = this.#running.then(() => this.#deliverDue());
    return this.#running;
  }

  async #deliverDue(): Promise<void> {
    const { nowMs } = this.#options;
    const atMs = nowMs();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= atMs);
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > atMs);
    for (const delivery of due) {
      const taken = await post(delivery);
      const tries = delivery.tries + 1;
      // Each wait is longer: a second, four, nine …
      if (!taken && tries < TRIES_MAX) this.#waiting.push({ ...delivery, tries, dueMs: nowMs() + tries ** 2 * 1_000 });
    }
  }
}

async function post({ url, headers, body }: Message): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers: headers(), body, signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Nobody there, or too slow: it is tried again.
    return false;
  }
}
