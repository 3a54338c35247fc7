/** Tells whoever asked for it that a payment changed, signed as NOWPayments signs, until it is taken. */
import { createHmac } from 'node:crypto';
import { Deliveries } from '../deliveries.ts';
import type { Faults } from '../faults/faults.ts';
import { ipnBody } from './bodies.ts';
import type { Withdrawal } from './records.ts';

/** What the simulated account's notifications are signed with, unless told otherwise. */
export const SANDBOX_IPN_SECRET = 'sandbox-ipn-secret';

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
  readonly #secret: string;
  readonly #deliveries: Deliveries;

  constructor(nowMs: () => number, faults: Faults, secret: string) {
    this.#secret = secret;
    this.#deliveries = new Deliveries({ where: 'nowpayments.ipn', nowMs, faults });
  }

  announce(withdrawal: Withdrawal): void {
    const { callbackUrl: url } = withdrawal;
    if (url === null) return;
    const told = ipnBody(withdrawal);
    const signature = ipnSignature(told, this.#secret);
    const headers = () => ({ 'content-type': 'application/json', 'x-nowpayments-sig': signature });
    this.#deliveries.add({ url, body: JSON.stringify(told), headers });
    void this.deliver();
  }

  deliver(): Promise<void> {
    return this.#deliveries.deliver();
  }
}
