/**
 * What of an event's own words leaves the house. Whoever writes an event thinks of the windows that
 * follow it, where amounts and sentences are at home; so nothing goes out but what is named here.
 */
import type { CanonicalValue } from '../canonical/canonical.ts';
import type { OutboxEvent } from '../notifications/facts.ts';

/** States, rails, rules, and ids of what has no name in them. */
export const WORDS_OUT: readonly string[] = [
  'about',
  'act',
  'because',
  'by',
  'from',
  'of',
  'payout',
  'rail',
  'rule',
  'severity',
];

/** How many of something there were, never how much. */
export const COUNTS_OUT: readonly string[] = [
  'approved',
  'corrected',
  'destinations',
  'grants',
  'lots',
  'payees',
  'payeesCreated',
  'payments',
  'payouts',
  'pending',
  'setAside',
  'statements',
];

export function saidOutside(payload: OutboxEvent['payload']): Record<string, CanonicalValue> {
  return Object.fromEntries(
    Object.entries(payload).filter(
      ([key, value]) =>
        (WORDS_OUT.includes(key) && typeof value === 'string') ||
        (COUNTS_OUT.includes(key) && typeof value === 'number'),
    ),
  );
}
