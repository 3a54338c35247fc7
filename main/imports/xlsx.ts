/** Reads the first sheet of a spreadsheet: values only. Formulas are marked, never computed. */
import { IMPORT_ROWS_MAX } from '../../core/contract/imports.ts';
import { emptyFile, tooManyRows, unreadable } from '../../core/payouts/import/errors.ts';
import type { CellFlaw, RawFile, RawRow } from '../../core/payouts/import/raw.ts';
import type { Step } from './csv.ts';
import { checkedHeader } from './header.ts';
import { CELL_CHARACTERS_MAX, COLUMNS_MAX } from './limits.ts';
import { dateText, numberText } from './sheet-numbers.ts';
import { readDateStyles, readSharedStrings, readWorkbook } from './workbook.ts';
import { readXml } from './xml.ts';
import { Zip } from './zip.ts';

export async function readXlsx(bytes: Buffer, step: Step): Promise<RawFile> {
  const zip = new Zip(bytes);
  const workbook = await readWorkbook(zip);
  const strings = await readSharedStrings(zip);
  const dateStyles = await readDateStyles(zip);
  const sheet = new Sheet({ strings, dateStyles, from1904: workbook.from1904 });
  await readXml(zip, workbook.part, {
    open: (name, attributes) => sheet.open(name, attributes),
    text: (text) => sheet.text(text),
    close: (name) => sheet.close(name),
    step: () => step(sheet.rows.length),
  });
  const { header, rows } = sheet;
  if (header === null || rows.length === 0) throw emptyFile();
  const { sheet: name, otherSheets } = workbook;
  return { format: 'xlsx', delimiter: null, sheet: name, otherSheets, header, rows };
}

interface SheetContext {
  readonly strings: readonly string[];
  /** Styles that show a number as a date. */
  readonly dateStyles: ReadonlySet<number>;
  readonly from1904: boolean;
}

/** The cell that is being read. */
interface Cell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string;
  isFormula: boolean;
}

class Sheet {
  header: readonly string[] | null = null;
  readonly rows: RawRow[] = [];
  readonly #context: SheetContext;
  #line = 0;
  #cells: string[] = [];
  #flaws = new Map<number, CellFlaw>();
  #cell: Cell | null = null;
  #inValue = false;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      const given = Number(attributes.r);
      this.#line = Number.isInteger(given) && given > this.#line ? given : this.#line + 1;
      this.#cells = [];
      this.#flaws = new Map();
    } else if (name === 'c') {
      const column = columnOf(attributes.r) ?? this.#cells.length;
      if (column >= COLUMNS_MAX) throw unreadable(`A row has more than ${COLUMNS_MAX} columns.`, this.#line);
      this.#cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), value: '', isFormula: false };
    } else if (name === 'f' && this.#cell) this.#cell.isFormula = true;
    // An inline string has its text in `t`; phonetic readings beside it are no part of it.
    else if (name === 'v' || name === 't') this.#inValue = true;
    else if (name === 'rPh') this.#inValue = false;
  }

  text(text: string): void {
    if (!this.#inValue || !this.#cell || this.#cell.value.length > CELL_CHARACTERS_MAX) return;
    this.#cell.value += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#inValue = false;
    else if (name === 'c') this.#endCell();
    else if (name === 'row') this.#endRow();
  }

  #endCell(): void {
    const cell = this.#cell;
    if (!cell) return;
    this.#cell = null;
    while (this.#cells.length < cell.column) this.#cells.push('');
    const { text, flaw } = this.#valueOf(cell);
    this.#cells[cell.column] = text.slice(0, CELL_CHARACTERS_MAX);
    const found = cell.isFormula ? 'formula' : text.length > CELL_CHARACTERS_MAX ? 'too_long' : flaw;
    if (found) this.#flaws.set(cell.column, found);
  }

  #valueOf({ type, style, value }: Cell): { readonly text: string; readonly flaw?: CellFlaw } {
    switch (type) {
      case 's': {
        const text = this.#context.strings[Number(value)];
        if (text === undefined) throw unreadable('A cell refers to a text that is not there.', this.#line);
        return { text };
      }
      case 'str':
      case 'inlineStr':
        return { text: value };
      case 'b':
        return { text: value === '1' ? 'TRUE' : 'FALSE' };
      case 'e':
        return { text: value, flaw: 'error' };
      case 'd':
        // A day is written as its first moment.
        return { text: value.replace(/T00:00:00(?:\.0+)?Z?$/, '') };
      default:
        if (value === '') return { text: '' };
        return this.#context.dateStyles.has(style) ? dateText(value, this.#context.from1904) : numberText(value);
    }
  }

  #endRow(): void {
    const cells = this.#cells;
    if (cells.every((cell) => cell === '') && this.#flaws.size === 0) return;
    if (this.header === null) {
      while (cells.at(-1)?.trim() === '') cells.pop();
      this.header = checkedHeader(cells);
      return;
    }
    if (this.rows.length === IMPORT_ROWS_MAX) throw tooManyRows(IMPORT_ROWS_MAX);
    // A sheet does not write down its empty cells, and keeps some that were emptied.
    while (cells.length < this.header.length) cells.push('');
    while (cells.length > this.header.length && cells.at(-1) === '') cells.pop();
    this.rows.push(
      this.#flaws.size > 0 ? { line: this.#line, cells, flaws: this.#flaws } : { line: this.#line, cells },
    );
  }
}

/** `AB12` is column 27, counted from 0. */
function columnOf(reference: string | undefined): number | null {
  const letters = reference === undefined ? null : /^([A-Z]{1,3})\d+$/.exec(reference)?.[1];
  if (!letters) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + (letter.charCodeAt(0) - 64);
  return column - 1;
}
