import { expect, test } from 'vitest';
import { amountIn, INT64_MAX } from '../../../core/money/minor.ts';

test('an amount is grouped as its reader’s language does, with every digit that it has', () => {
  expect(amountIn('en', 125_000n, 2)).toBe('1,250.00');
  expect(amountIn('de-DE', 125_000n, 2)).toBe('1.250,00');
  expect(amountIn('en', -5n, 7)).toBe('-0.0000005');
  expect(amountIn('en', 1_234n, 0)).toBe('1,234');
  expect(amountIn('en', INT64_MAX, 7)).toBe('922,337,203,685.4775807');
  expect(amountIn('en', INT64_MAX, 2)).toBe('92,233,720,368,547,758.07');
});
