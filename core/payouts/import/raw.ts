/** A file as it was read, before anybody knows what its columns mean. Every cell is text. */

/**
 * - `formula`    a spreadsheet would compute it; nothing here does.
 * - `not_exact`  a spreadsheet's number with more digits than such numbers keep.
 * - `error`      a spreadsheet's error value, such as #REF!.
 * - `too_long`   cut off where it was read.
 */
export type CellFlaw = 'formula' | 'not_exact' | 'error' | 'too_long';

export interface RawRow {
  /** The line it begins on; the row's number in a spreadsheet. */
  readonly line: number;
  readonly cells: readonly string[];
  /** By column; absent where every cell is what it seems. */
  readonly flaws?: ReadonlyMap<number, CellFlaw>;
}

export interface RawFile {
  readonly format: 'csv' | 'xlsx';
  readonly delimiter: ',' | ';' | '\t' | null;
  readonly sheet: string | null;
  readonly otherSheets: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly RawRow[];
}
