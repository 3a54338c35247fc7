import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../../core/contract/errors.ts';
import { rankEntries } from '../../../renderer/app/palette-entries.ts';
import { endsTheSession, tell, worthAskingAgain } from '../../../renderer/app/refusals.ts';
import { en } from '../../../renderer/app/words/en.ts';
import { choose } from '../../../renderer/app/words/words.ts';

describe('a failure', () => {
  test('of every code says what happened, what is safe and what to do', () => {
    for (const code of Object.keys(ERRORS)) {
      const told = tell({ code });
      expect(told.what.length, code).toBeGreaterThan(5);
      expect(told.safe.length, code).toBeGreaterThan(5);
      expect(told.next.length, code).toBeGreaterThan(5);
    }
  });

  test('of opening a vault tells the four causes apart', () => {
    const causes = ['vault.wrong_passphrase', 'vault.damaged', 'vault.newer', 'vault.in_use'];
    expect(new Set(causes.map((code) => tell({ code }).what)).size).toBe(4);
    expect(new Set(causes.map((code) => tell({ code }).next)).size).toBe(4);
  });

  test('of a provider that asked to be left alone says until when', () => {
    const untilMs = new Date(2026, 10, 21, 9, 41, 8).getTime();
    expect(tell({ code: 'provider.unreachable', data: { waitMs: 8_000, untilMs } }).next).toMatch(/9:41:08/);
    expect(tell({ code: 'provider.unreachable', data: {} }).next).toMatch(/^Try again in a moment/);
  });

  test('without a code is told without guessing', () => {
    expect(tell(new Error('boom')).code).toBe('unexpected');
    expect(tell(null).what).toBe(en.refusals.unexpected.what);
  });

  test('is asked again only when the way to the engine broke', () => {
    expect(worthAskingAgain({ code: 'connection.lost' })).toBe(true);
    expect(worthAskingAgain({ code: 'engine.restarted' })).toBe(true);
    expect(worthAskingAgain({ code: 'payout.stale' })).toBe(false);
  });

  test('of the session or the vault leads back to the lock, and no other does', () => {
    expect(endsTheSession({ code: 'session.required' })).toBe('session_ended');
    expect(endsTheSession({ code: 'vault.locked' })).toBe('vault_locked');
    expect(endsTheSession({ code: 'session.refused' })).toBeNull();
  });
});

describe('the language', () => {
  test('is English where nothing asked for is there', () => {
    expect(choose(['tlh', 'xx-YY'])).toBe(en);
    expect(choose(['en-GB'])).toBe(en);
  });
});

describe('the palette', () => {
  const entry = (label: string) => ({ id: label, label, keys: [], act: () => undefined });
  const entries = ['Go to Payouts', 'Go to Payees', 'Request a payout', 'Lock this desk'].map(entry);
  const found = (typed: string) => rankEntries(entries, typed).map(({ label }) => label);

  test('shows everything before anything is typed', () => {
    expect(found(' ')).toHaveLength(4);
  });

  test('puts a word’s beginning before letters that only occur in order', () => {
    expect(found('pay')).toEqual(['Go to Payouts', 'Go to Payees', 'Request a payout']);
    expect(found('lock')[0]).toBe('Lock this desk');
    expect(found('rqp')).toEqual(['Request a payout']);
  });

  test('finds nothing where nothing fits', () => {
    expect(found('zzz')).toEqual([]);
  });
});
