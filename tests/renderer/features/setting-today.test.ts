import { expect, test } from 'vitest';
import type { RailSetting } from '../../../core/contract/index.ts';
import { textToday } from '../../../renderer/features/acts/setting-today.ts';

const KEY = 'a'.repeat(64);
const setting = (part: Partial<RailSetting>): RailSetting => ({
  name: 'PAYOUTS_MAX_GAS_STROOPS',
  from: 'vault',
  isSecret: false,
  text: null,
  keptText: null,
  secrets: [],
  ...part,
});
const becomes = (text: string) => ({ what: 'set', name: 'PAYOUTS_MAX_GAS_STROOPS', text }) as const;

test('a second admin sees what a setting was beside what it becomes', () => {
  expect(textToday(becomes('3000000'), setting({ text: '1000000' }))).toBe('1000000');
  expect(textToday(becomes('3000000'), setting({ text: null }))).toBe('2000000, unless set');
});

test('what the environment says is told as such: what is signed waits behind it', () => {
  expect(textToday(becomes('3000000'), setting({ text: '5', from: 'environment' }))).toBe('5 (in the environment)');
});

test('once it is as it was signed there is nothing to compare', () => {
  expect(textToday(becomes('3000000'), setting({ text: '3000000' }))).toBeNull();
});

test('a secret that is withdrawn is told by what is shown of it', () => {
  const secrets = [{ commitment: KEY, shown: 'sk_…4242', sinceMs: 1 }];
  const change = { what: 'withdraw_secret', name: 'STRIPE_SECRET_KEY', commitment: KEY } as const;
  expect(textToday(change, setting({ isSecret: true, secrets }))).toBe('sk_…4242');
});
