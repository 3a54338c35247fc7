import { expect, test } from 'vitest';
import { idsBetween } from '../../../renderer/ui/use-selection.ts';

const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

test('a range goes from the row chosen first to the row at hand, whichever stands above', () => {
  expect(idsBetween(rows, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(idsBetween(rows, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(idsBetween(rows, 'c', 'c')).toEqual(['c']);
});

test('without a beginning, or with one that has left the list, a range is the row at hand', () => {
  expect(idsBetween(rows, null, 'c')).toEqual(['c']);
  expect(idsBetween(rows, 'gone', 'c')).toEqual(['c']);
});

test('a row that is not in the list chooses nothing', () => {
  expect(idsBetween(rows, 'a', 'gone')).toEqual([]);
});
