/**
 * From a row of a file to what each field says, still as text. Here a cell is only looked at for
 * what no cell may be: a formula, control characters, too long, missing.
 */
import { IMPORT_FIELDS, type ImportField } from '../../contract/imports.ts';
import type { FieldSource } from './columns.ts';
import { type Problem, problem } from './notes.ts';
import type { CellFlaw, RawRow } from './raw.ts';

export type RowTexts = Readonly<Record<ImportField, string>>;

export interface ReadRow {
  readonly line: number;
  /** Empty where the file says nothing. */
  readonly texts: RowTexts;
  readonly problems: readonly Problem[];
}

/** What a person put right, by line and field. */
export type Corrections = ReadonlyMap<number, Readonly<Partial<Record<ImportField, string>>>>;

/** Control characters, and those that turn the direction of writing or take no room: what is shown would not be what is there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/;
const FORMULA_START = /^[=+\-@\t\r]/;
const SIGN = /^[+-]/;
/** What the records they become can hold; more is not cut off but refused. */
const CHARACTERS_MAX: Readonly<Record<ImportField, number>> = {
  payee: 200,
  payeeName: 200,
  email: 254,
  rail: 40,
  address: 200,
  memoType: 40,
  memo: 64,
  extraId: 128,
  currency: 24,
  amount: 100,
  asset: 120,
  reference: 200,
  dueDate: 40,
  statement: 200,
};
const NEEDED: readonly ImportField[] = ['payee', 'amount', 'asset', 'reference'];
const NONE: readonly Problem[] = [];

export function readRow(
  row: RawRow,
  width: number,
  sources: readonly FieldSource[],
  corrected: Readonly<Partial<Record<ImportField, string>>> | undefined,
): ReadRow {
  const texts = emptyTexts();
  const problems: Problem[] = [];
  if (row.cells.length !== width)
    problems.push(problem('row.width', null, { cells: row.cells.length, columns: width }));
  // By number, as this runs for every cell there is.
  for (let place = 0; place < sources.length; place += 1) {
    const { field, index, constant } = sources[place] as FieldSource;
    const correction = corrected?.[field];
    const raw = correction ?? (index < 0 ? constant : (row.cells[index] ?? ''));
    if (raw === '' && !row.flaws) continue;
    texts[field] = readCell(field, raw, correction === undefined ? row.flaws?.get(index) : undefined, problems);
  }
  // A correction may give what the file has no column for.
  if (corrected) {
    for (const field of Object.keys(corrected) as ImportField[]) {
      if (sources.some((source) => source.field === field)) continue;
      texts[field] = readCell(field, corrected[field] ?? '', undefined, problems);
    }
  }
  if (texts.payee === '' || texts.amount === '' || texts.asset === '' || texts.reference === '')
    addMissing(texts, problems);
  return { line: row.line, texts, problems: problems.length === 0 ? NONE : problems };
}

/** A row that a script gives: the same looks, without columns. */
export function readGiven(given: Readonly<Partial<Record<ImportField, string | undefined>>>, line: number): ReadRow {
  const row: RawRow = { line, cells: IMPORT_FIELDS.map((field) => given[field] ?? '') };
  return readRow(row, IMPORT_FIELDS.length, GIVEN_SOURCES, undefined);
}

const GIVEN_SOURCES: readonly FieldSource[] = IMPORT_FIELDS.map((field, index) => ({ field, index, constant: '' }));

function addMissing(texts: RowTexts, problems: Problem[]): void {
  for (const field of NEEDED) {
    if (texts[field] !== '' || problems.some((known) => known.field === field)) continue;
    problems.push(problem('cell.missing', field));
  }
}

function readCell(field: ImportField, raw: string, flaw: CellFlaw | undefined, problems: Problem[]): string {
  if (flaw === 'formula') problems.push(problem('cell.formula', field));
  else if (flaw === 'error') problems.push(problem('cell.formula', field, { shows: raw }));
  else if (flaw === 'not_exact') problems.push(problem('amount.not_exact', field));
  const charactersMax = CHARACTERS_MAX[field];
  if (flaw === 'too_long' || raw.length > charactersMax) {
    problems.push(problem('cell.too_long', field, { charactersMax }));
    return raw.slice(0, charactersMax);
  }
  const text = raw.trim();
  if (flaw === undefined && (seemsFormula(field, raw) || seemsFormula(field, text))) {
    problems.push(problem('cell.formula', field));
  } else if (INVISIBLE.test(text)) problems.push(problem('cell.control_character', field));
  return text;
}

/** Also as it came: a tab in front is one of the ways to hide a formula. Amounts say themselves what is wrong with a sign. */
function seemsFormula(field: ImportField, text: string): boolean {
  return FORMULA_START.test(text) && !(field === 'amount' && SIGN.test(text));
}

function emptyTexts(): Record<ImportField, string> {
  return {
    payee: '',
    payeeName: '',
    email: '',
    rail: '',
    address: '',
    memoType: '',
    memo: '',
    extraId: '',
    currency: '',
    amount: '',
    asset: '',
    reference: '',
    dueDate: '',
    statement: '',
  };
}
