/**
 * The records of a CSV text (RFC 4180), one after another, each with the line it begins on. It is
 * our own because the general parsers spend longer on a file than everything else that is checked
 * about it, and know neither the line a record begins on nor a limit for one; the tests hold it
 * against one of them on any input.
 */
import { unreadable } from '../../core/payouts/import/errors.ts';
import { CSV_RECORD_CHARACTERS_MAX } from './limits.ts';

export type Delimiter = ',' | ';' | '\t';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

export class CsvRecords {
  /** Where the record given last begins. */
  line = 0;
  readonly #text: string;
  readonly #delimiter: number;
  /** What each column said last. Whole columns repeat themselves: those share one text. */
  readonly #last: string[] = [];
  #at = 0;
  #nextLine = 1;

  constructor(text: string, delimiter: Delimiter) {
    this.#text = text;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The cells of the next record that is no empty line, or null at the end. */
  next(): string[] | null {
    this.#skipEmptyLines();
    if (this.#at >= this.#text.length) return null;
    this.line = this.#nextLine;
    const start = this.#at;
    const cells: string[] = [];
    for (;;) {
      cells.push(this.#text.charCodeAt(this.#at) === QUOTE ? this.#quoted(start) : this.#bare(cells.length));
      if (this.#at - start > CSV_RECORD_CHARACTERS_MAX) throw this.#tooLong();
      if (this.#text.charCodeAt(this.#at) !== this.#delimiter) break;
      this.#at += 1;
    }
    this.#endLine();
    return cells;
  }

  #bare(column: number): string {
    const text = this.#text;
    const start = this.#at;
    const last = this.#last[column];
    if (last && text.startsWith(last, start) && this.#endsCell(start + last.length)) {
      this.#at = start + last.length;
      return last;
    }
    let at = start;
    for (; at < text.length; at += 1) {
      const char = text.charCodeAt(at);
      if (char === this.#delimiter || char === LF || char === CR) break;
      if (char === QUOTE) {
        throw unreadable(
          'A quotation mark stands inside a cell. Cells with quotation marks are quoted, and the marks doubled.',
          this.line,
        );
      }
    }
    this.#at = at;
    const cell = text.slice(start, at);
    this.#last[column] = cell;
    return cell;
  }

  #endsCell(at: number): boolean {
    const char = this.#text.charCodeAt(at);
    return at >= this.#text.length || char === this.#delimiter || char === LF || char === CR;
  }

  #quoted(recordStart: number): string {
    const text = this.#text;
    const start = this.#at + 1;
    let hasMarks = false;
    let at = text.indexOf('"', start);
    for (; at >= 0 && text.charCodeAt(at + 1) === QUOTE; at = text.indexOf('"', at + 2)) hasMarks = true;
    if (at < 0) throw unreadable('A quotation mark is opened and never closed.', this.line);
    // Looked at before anything is made of it: an open mark would swallow the rest of the file.
    if (at - recordStart > CSV_RECORD_CHARACTERS_MAX) throw this.#tooLong();
    this.#at = at + 1;
    if (!this.#endsCell(this.#at)) {
      throw unreadable(
        'Text follows a closing quotation mark. Quotation marks inside of a quoted cell are doubled.',
        this.line,
      );
    }
    this.#countLines(start, at);
    const inside = text.slice(start, at);
    return hasMarks ? inside.replaceAll('""', '"') : inside;
  }

  #countLines(from: number, to: number): void {
    const text = this.#text;
    for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) this.#nextLine += 1;
  }

  #skipEmptyLines(): void {
    for (;;) {
      const char = this.#text.charCodeAt(this.#at);
      if (char !== LF && char !== CR) return;
      this.#endLine();
    }
  }

  /** A line ends with CR LF, LF or CR; the last one may end with the text. */
  #endLine(): void {
    const text = this.#text;
    if (text.charCodeAt(this.#at) === CR) this.#at += 1;
    else if (text.charCodeAt(this.#at) === LF) {
      this.#at += 1;
      this.#nextLine += 1;
      return;
    }
    if (text.charCodeAt(this.#at) === LF) this.#at += 1;
    this.#nextLine += 1;
  }

  #tooLong(): Error {
    return unreadable('The row is too long. A quotation mark may be opened and never closed.', this.line);
  }
}
