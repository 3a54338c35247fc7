/** A simulated Stripe with money and a connected account, faults that a test switches on, and its own kit. */
import Stripe from 'stripe';
import type { Faults } from '../../main/sandbox/faults/faults.ts';
import type { Fault } from '../../main/sandbox/faults/rules.ts';
import { type StripeSandboxOptions, startStripeSandbox } from '../../main/sandbox/stripe/server.ts';

export const START_MS = Date.UTC(2026, 0, 5, 9);
export const DAY_MS = 24 * 60 * 60 * 1000;
export const KEY = 'sk_test_countersign';

/** What befalls the next calls of a name; `away` befalls all of them. */
export interface SwitchedFaults extends Faults {
  next(where: string, ...faults: (Fault | null)[]): void;
  away: boolean;
  /** Every call so far, by name. */
  readonly calls: string[];
}

export function switchedFaults(): SwitchedFaults {
  const waiting = new Map<string, (Fault | null)[]>();
  const calls: string[] = [];
  return {
    away: false,
    calls,
    next: (where, ...faults) => void waiting.set(where, [...(waiting.get(where) ?? []), ...faults]),
    decide(where) {
      calls.push(where);
      if (this.away) return { kind: 'lose_request' };
      return waiting.get(where)?.shift() ?? null;
    },
  };
}

export type StripeWorld = Awaited<ReturnType<typeof stripeWorld>>;

export async function stripeWorld(options: Partial<StripeSandboxOptions> = {}) {
  const time = { nowMs: START_MS };
  const faults = switchedFaults();
  const sandbox = await startStripeSandbox({ nowMs: () => time.nowMs, faults, ...options });
  const kit = kitFor(sandbox.url);
  return {
    ...sandbox,
    time,
    faults,
    kit,
    advance: (ms: number) => {
      time.nowMs += ms;
    },
    /** An account that can be paid. */
    async account(metadata: Record<string, string> = {}) {
      const { id } = await kit.accounts.create({
        type: 'express',
        capabilities: { transfers: { requested: true } },
        metadata,
      });
      return id;
    },
    fill: (amount: number, currency = 'usd') => kit.topups.create({ amount, currency }),
  };
}

/** Stripe's own kit, as anybody would use it. */
export function kitFor(url: string, key = KEY): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}
