/** Reads CSV: UTF-8 with or without a mark, separated by comma, semicolon or tab, as the header shows. */
import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse';
import { IMPORT_ROWS_MAX } from '../../core/contract/imports.ts';
import { emptyFile, tooManyRows, unreadable } from '../../core/payouts/import/errors.ts';
import type { CellFlaw, RawFile, RawRow } from '../../core/payouts/import/raw.ts';
import { checkedHeader } from './header.ts';
import { CELL_CHARACTERS_MAX, CSV_RECORD_CHARACTERS_MAX } from './limits.ts';

type Delimiter = ',' | ';' | '\t';

/** Told how many rows are read; lets others go on, and throws to stop the work. */
export type Step = (rows: number) => Promise<void>;

const SLICE_BYTES = 256 * 1024;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export async function readCsv(file: Buffer, step: Step): Promise<RawFile> {
  refuseOtherEncodings(file);
  const bytes = file.subarray(0, 3).equals(UTF8_MARK) ? file.subarray(3) : file;
  const delimiter = delimiterOf(bytes);
  const reading = new Reading();
  const parser = parse({
    delimiter,
    // Rows of another width are refused by their line, not the file for them.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: CSV_RECORD_CHARACTERS_MAX,
    on_record: (cells: string[], { lines }: { lines: number }) => reading.take(cells, lines),
  });
  let failure: Error | null = null;
  parser.on('error', (error) => {
    failure = error;
  });
  parser.resume();
  try {
    for (let from = 0; from < bytes.length && failure === null; from += SLICE_BYTES) {
      parser.write(bytes.subarray(from, from + SLICE_BYTES));
      await step(reading.rows.length);
    }
    if (failure === null) {
      await new Promise<void>((resolve) => {
        parser.once('close', resolve);
        parser.end();
      });
    }
    if (failure !== null) throw asRefusal(failure);
  } finally {
    parser.destroy();
  }
  const { header, rows } = reading;
  if (header === null || rows.length === 0) throw emptyFile();
  return { format: 'csv', delimiter, sheet: null, otherSheets: [], header, rows };
}

class Reading {
  header: readonly string[] | null = null;
  readonly rows: RawRow[] = [];
  #lastLine = 0;

  /** Gives null: nothing is passed on to a stream that nobody reads. */
  take(cells: string[], lines: number): null {
    // The parser knows the line a record ends on; cells with line breaks began above it.
    const line = lines - (lines - this.#lastLine > 1 ? breaksIn(cells) : 0);
    this.#lastLine = lines;
    if (this.header === null) this.header = checkedHeader(cells);
    else if (cells.some((cell) => cell !== '')) {
      if (this.rows.length === IMPORT_ROWS_MAX) throw tooManyRows(IMPORT_ROWS_MAX);
      this.rows.push(rowOf(line, cells));
    }
    return null;
  }
}

function rowOf(line: number, cells: string[]): RawRow {
  let flaws: Map<number, CellFlaw> | undefined;
  for (const [index, cell] of cells.entries()) {
    if (cell.length <= CELL_CHARACTERS_MAX) continue;
    flaws ??= new Map();
    flaws.set(index, 'too_long');
    cells[index] = cell.slice(0, CELL_CHARACTERS_MAX);
  }
  return flaws ? { line, cells, flaws } : { line, cells };
}

function breaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}

function asRefusal(error: Error): Error {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as CsvError & { lines?: number };
  const line = typeof lines === 'number' ? lines : null;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return unreadable('A quotation mark is opened and never closed.', line);
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return unreadable('A quotation mark stands inside a cell. Cells with quotation marks are quoted, and the marks doubled.', line);
    case 'CSV_MAX_RECORD_SIZE':
      return unreadable('The row is too long. A quotation mark may be opened and never closed.', line);
    default:
      return error;
  }
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
  throw unreadable('The file is not UTF-8 but of another encoding, such as Windows-1252. Save it as “CSV UTF-8”.', line);
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
