import { expect, test } from 'vitest';
import { csvCell } from '../../../renderer/features/access/access-csv.ts';
import { changesOf } from '../../../renderer/features/audit/changed-fields.tsx';

test('an entry shows the fields that differ between before and after, added and removed ones too', () => {
  expect(
    changesOf({
      before: { name: 'Ana', email: null, tags: ['a'] },
      after: { name: 'Ana', tags: ['a', 'b'], note: 'x' },
    }),
  ).toEqual([
    { field: 'email', before: null, after: undefined },
    { field: 'tags', before: ['a'], after: ['a', 'b'] },
    { field: 'note', before: undefined, after: 'x' },
  ]);
});

test('an entry without a before and an after shows no changes, and a bare value is one field', () => {
  expect(changesOf({ reason: 'because' })).toBeNull();
  expect(changesOf({ before: 1, after: 2 })).toEqual([{ field: 'value', before: 1, after: 2 }]);
});

test('a name that a spreadsheet would run is written as text', () => {
  for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])
    expect(csvCell(evil).replaceAll('"', '')[0], evil).toBe("'");
  expect(csvCell('Ana, "the first"')).toBe('"Ana, ""the first"""');
  expect(csvCell('Ana')).toBe('Ana');
});
