/** Reads CSV: UTF-8 with or without a mark, separated by comma, semicolon or tab, as the header shows. */
import { isUtf8 } from 'node:buffer';
import { IMPORT_ROWS_MAX } from '../../core/contract/imports.ts';
import { emptyFile, tooManyRows, unreadable } from '../../core/payouts/import/errors.ts';
import type { CellFlaw, RawFile, RawRow } from '../../core/payouts/import/raw.ts';
import { CsvRecords, type Delimiter } from './csv-records.ts';
import { checkedHeader } from './header.ts';
import { CELL_CHARACTERS_MAX, CSV_RECORD_CHARACTERS_MAX } from './limits.ts';

/** Told how many rows are read; lets others go on, and throws to stop the work. */
export type Step = (rows: number) => Promise<void>;

/** Rows between two steps: a few milliseconds of work. */
const ROWS_BETWEEN_STEPS = 2_000;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export async function readCsv(file: Buffer, step: Step): Promise<RawFile> {
  refuseOtherEncodings(file);
  const bytes = file.subarray(0, 3).equals(UTF8_MARK) ? file.subarray(3) : file;
  const delimiter = delimiterOf(bytes);
  const records = new CsvRecords(bytes.toString('utf8'), delimiter);
  let header: readonly string[] | null = null;
  const rows: RawRow[] = [];
  for (let cells = records.next(); cells !== null; cells = records.next()) {
    if (header === null) {
      header = checkedHeader(cells);
      continue;
    }
    if (isBlank(cells)) continue;
    if (rows.length === IMPORT_ROWS_MAX) throw tooManyRows(IMPORT_ROWS_MAX);
    rows.push(rowOf(records.line, cells));
    if (rows.length % ROWS_BETWEEN_STEPS === 0) await step(rows.length);
  }
  if (header === null || rows.length === 0) throw emptyFile();
  return { format: 'csv', delimiter, sheet: null, otherSheets: [], header, rows };
}

function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '');
}

function rowOf(line: number, cells: string[]): RawRow {
  let flaws: Map<number, CellFlaw> | undefined;
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] ?? '';
    if (cell.length <= CELL_CHARACTERS_MAX) continue;
    flaws ??= new Map();
    flaws.set(index, 'too_long');
    cells[index] = cell.slice(0, CELL_CHARACTERS_MAX);
  }
  return flaws ? { line, cells, flaws } : { line, cells };
}

function refuseOtherEncodings(bytes: Buffer): void {
  if (bytes.length === 0) throw emptyFile();
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw unreadable('The file is UTF-16. Save it as “CSV UTF-8”.');
  }
  if (isUtf8(bytes)) return;
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    if (!isUtf8(bytes.subarray(from, end < 0 ? bytes.length : end))) break;
    from = end + 1;
  }
  throw unreadable(
    'The file is not UTF-8 but of another encoding, such as Windows-1252. Save it as “CSV UTF-8”.',
    line,
  );
}

/** Whichever of the three separates most of the header. */
function delimiterOf(bytes: Buffer): Delimiter {
  const counts: Record<Delimiter, number> = { ',': 0, ';': 0, '\t': 0 };
  let quoted = false;
  for (const byte of bytes.subarray(0, CSV_RECORD_CHARACTERS_MAX)) {
    const char = String.fromCharCode(byte);
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '\n' || char === '\r') break;
    else if (char === ',' || char === ';' || char === '\t') counts[char] += 1;
  }
  return ([';', '\t'] as const).reduce<Delimiter>((best, next) => (counts[next] > counts[best] ? next : best), ',');
}
