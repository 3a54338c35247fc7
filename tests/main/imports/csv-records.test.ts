import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CsvRecords, type Delimiter } from '../../../main/imports/csv-records.ts';

function recordsOf(text: string, delimiter: Delimiter): { line: number; cells: string[] }[] | 'refused' {
  const records = new CsvRecords(text, delimiter);
  const found = [];
  try {
    for (let cells = records.next(); cells !== null; cells = records.next()) found.push({ line: records.line, cells });
  } catch (error) {
    if ((error as { code?: string }).code === 'import.unreadable') return 'refused';
    throw error;
  }
  return found;
}

function theirs(text: string, delimiter: Delimiter, record_delimiter: string): string[][] | 'refused' {
  try {
    return parse(text, { delimiter, record_delimiter, relax_column_count: true, skip_empty_lines: true }) as string[][];
  } catch {
    return 'refused';
  }
}

/** What the format is made of, so that its corners come up often. */
const piece = fc.constantFrom('"', '""', ',', ';', 'a', 'é€😀', ' ', 'NL', 'NL');

it.each([
  ['\n', ','],
  ['\r\n', ';'],
] as const)('gives the records that csv-parse gives of any text (line end %j, separator %j)', (end, delimiter) => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join('').replaceAll('NL', end);
      const ours = recordsOf(text, delimiter);
      expect(ours === 'refused' ? ours : ours.map(({ cells }) => cells)).toEqual(theirs(text, delimiter, end));
    }),
    { numRuns: 5_000 },
  );
});

it('gives back what was written, with the line each record begins on', () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', 'x', 'é', ' '), maxLength: 6 });
  const record = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (written) => {
      const lines = written.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
      let line = 1;
      const expected = written.map((cells, index) => {
        const begins = line;
        line += (lines[index] ?? '').split('\n').length;
        return { line: begins, cells };
      });
      expect(recordsOf(lines.join('\n'), ',')).toEqual(expected);
    }),
  );
});
