import { describe, expect, test } from 'vitest';
import { problemsOf, tidy, withColumn, withConstant } from '../../../renderer/features/import/mapping.ts';

const WHOLE = { columns: { payee: 'Payee', amount: 'Amount', asset: 'Asset', reference: 'Ref' } } as const;

describe('the matching of columns', () => {
  test('says which needed fields have no column yet', () => {
    expect(problemsOf({ columns: { payee: 'Payee', amount: 'Amount' } }).missing).toEqual(['asset', 'reference']);
    expect(problemsOf(WHOLE)).toEqual({ missing: [], twice: null });
  });

  test('takes one value for every row in place of a column', () => {
    const mapping = withConstant(WHOLE, 'asset', 'iso:USD');
    expect(mapping.columns).not.toHaveProperty('asset');
    expect(problemsOf(mapping).missing).toEqual([]);
    expect(problemsOf(withConstant(WHOLE, 'asset', '')).missing).toEqual(['asset']);
  });

  test('gives the value for every row up when a column is chosen', () => {
    const mapping = withColumn(withConstant(WHOLE, 'asset', 'iso:USD'), 'asset', 'Asset');
    expect(tidy(mapping)).toEqual(WHOLE);
  });

  test('names a column that two fields would read', () => {
    expect(problemsOf(withColumn(WHOLE, 'payeeName', 'Payee')).twice).toBe('Payee');
  });

  test('takes no rail that there is not, and sends no empty value', () => {
    expect(tidy(withConstant(WHOLE, 'rail', 'carrier pigeon'))).toEqual(WHOLE);
    expect(tidy(withConstant(WHOLE, 'currency', ' '))).toEqual(WHOLE);
  });
});
