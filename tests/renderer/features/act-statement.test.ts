import { describe, expect, test } from 'vitest';
import { type CanonicalValue, canonical } from '../../../core/canonical/canonical.ts';
import type { ActTerms } from '../../../core/contract/index.ts';
import { statesExactly } from '../../../renderer/features/acts/act-statement.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const me = { staffId: 'stf_grace', publicKey: 'aa'.repeat(32) };
const terms: ActTerms = {
  kind: 'resolution',
  payoutId: `pay_${'0'.repeat(25)}`,
  payoutVersion: 3,
  to: 'completed',
  reason: 'The bank shows it.',
  evidence: 'Statement of 20 November, line 7',
};

const stated = (changes: Record<string, unknown> = {}) => ({
  what: 'countersign act of two v1',
  vault: 'vlt_1',
  terms,
  signer: { id: me.staffId, publicKey: me.publicKey },
  statedAtMs: NOW,
  ...changes,
});
const textOf = (value: unknown) => canonical(value as CanonicalValue);
const holds = (text: string) => statesExactly(text, { terms, me, nowMs: NOW, founding: 'ab'.repeat(32) });

describe('the text of an act of two', () => {
  test('is signed when it states the shown terms in this person’s name', () => {
    expect(holds(textOf(stated()))).toBe(true);
  });

  test.each([
    ['another end', { terms: { ...terms, to: 'failed' } }],
    ['another payout', { terms: { ...terms, payoutId: `pay_${'1'.repeat(25)}` } }],
    ['another reason', { terms: { ...terms, reason: 'Because.' } }],
    ['another signer', { signer: { id: 'stf_noor', publicKey: me.publicKey } }],
    ['another key', { signer: { id: me.staffId, publicKey: 'bb'.repeat(32) } }],
    ['something besides', { also: 'lift the fence' }],
    ['another kind of statement', { what: 'countersign payout approval v1' }],
    ['a time long past', { statedAtMs: NOW - 6 * 60_000 }],
  ])('is not signed when it states %s', (_what, changes) => {
    expect(holds(textOf(stated(changes)))).toBe(false);
  });

  test('is not signed in any other spelling of the same content', () => {
    expect(holds(JSON.stringify(stated(), null, 1))).toBe(false);
  });

  test('is not signed when it is no statement at all', () => {
    for (const text of ['', '{', 'null', '[]', '"act"']) expect(holds(text), text).toBe(false);
  });
});
