import { describe, expect, test } from 'vitest';
import { strengthOf } from '../../../renderer/features/unlock/strength.ts';

describe('the strength hint', () => {
  test.each([
    ['', 'short'],
    ['Tr0ub4dor&3', 'short'],
    ['password1234', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['countersign123', 'weak'],
    ['lantern orbit velvet', 'fair'],
    ['correct horse battery staple', 'strong'],
    ['kX9$vPq2!mZr7Lw', 'strong'],
  ])('says of "%s": %s', (passphrase, expected) => {
    expect(strengthOf(passphrase)).toBe(expected);
  });

  test('counts letters of any script as one each', () => {
    expect(strengthOf('🦊🐻🐼')).toBe('short');
  });
});
