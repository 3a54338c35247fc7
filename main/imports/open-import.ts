/**
 * One import from the opening of its file to the rows that are committed. It reads the vault and
 * writes nothing; it knows no thread, and is told by `step` to let others go on.
 */
import { createHash } from 'node:crypto';
import {
  IMPORT_ROWS_MAX,
  type ImportField,
  type ImportMapping,
  type ImportPreview,
  type ImportProgress,
  type ImportRow,
  type OpenedImport,
  type RowProblem,
} from '../../core/contract/imports.ts';
import type { RailName } from '../../core/contract/payees.ts';
import { invariant, Refusal } from '../../core/errors/refusal.ts';
import { checkRows, type RowSource } from '../../core/payouts/import/check.ts';
import { fieldSources, headerFingerprint, suggestMapping } from '../../core/payouts/import/columns.ts';
import type { ImportOrder } from '../../core/payouts/import/commit.ts';
import { notChecked, staleImport } from '../../core/payouts/import/errors.ts';
import { isGood } from '../../core/payouts/import/judge-row.ts';
import { namesToAsk } from '../../core/payouts/import/names-to-ask.ts';
import type { RawFile } from '../../core/payouts/import/raw.ts';
import { type Corrections, type ReadRow, readGiven, readRow } from '../../core/payouts/import/read-row.ts';
import { importedBefore, rememberedMapping } from '../../core/payouts/import/records.ts';
import { type CheckedImport, previewOf, problemsCsv, rowView, stampOf } from '../../core/payouts/import/views.ts';
import type { AddressCheckers, Resolutions } from '../../core/rails/address.ts';
import type { Paged } from '../../core/store/paging.ts';
import type { Reader } from '../../core/store/tx.ts';
import { readFile } from './read-file.ts';

export type GivenRow = Readonly<Partial<Record<ImportField, string | undefined>>>;
type Texts = Partial<Record<ImportField, string>>;

export interface ImportSurroundings {
  /** One moment of the vault, however many questions are asked. */
  readonly read: <T>(ask: (reader: Reader) => Promise<T>) => Promise<T>;
  readonly checkers: AddressCheckers;
  readonly nowMs: () => number;
  /** Told how far the work has come; lets others go on. */
  readonly step: (progress: ImportProgress) => Promise<void>;
}

export interface CheckChoices {
  readonly mapping: ImportMapping;
  readonly createPayees: boolean;
}

/** What is to be committed, as it was checked. */
export type CheckedOrder = Pick<ImportOrder, 'file' | 'rows' | 'reading' | 'names' | 'createPayees' | 'digest'> & {
  /** Whom and what the deny-list has not been asked about. */
  readonly newPayees: readonly {
    readonly name: string;
    readonly rail: RailName;
    readonly address: string;
    readonly currency?: string;
  }[];
};

type Content =
  | { readonly kind: 'file'; readonly file: RawFile }
  | { readonly kind: 'rows'; readonly rows: readonly GivenRow[] };

const SAMPLES = 3;
const SAMPLE_CHARACTERS_MAX = 80;

export class OpenImport {
  readonly #importId: string;
  readonly #name: string;
  readonly #sha256: string;
  readonly #content: Content;
  readonly #around: ImportSurroundings;
  readonly #corrections = new Map<number, Texts>();
  #choices: CheckChoices | null = null;
  #read: readonly ReadRow[] = [];
  #checked: (CheckedImport & { readonly names: Resolutions }) | null = null;

  private constructor(importId: string, name: string, sha256: string, content: Content, around: ImportSurroundings) {
    this.#importId = importId;
    this.#name = name;
    this.#sha256 = sha256;
    this.#content = content;
    this.#around = around;
  }

  static async ofFile(importId: string, name: string, bytes: Buffer, around: ImportSurroundings): Promise<OpenImport> {
    const file = await readFile(bytes, (done) => around.step({ step: 'reading', done, total: null }));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return new OpenImport(importId, name, sha256, { kind: 'file', file }, around);
  }

  static ofRows(importId: string, rows: readonly GivenRow[], around: ImportSurroundings): OpenImport {
    if (rows.length > IMPORT_ROWS_MAX) throw new Error('The contract bounds the rows that are given');
    const sha256 = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    return new OpenImport(importId, 'rows', sha256, { kind: 'rows', rows }, around);
  }

  async opened(): Promise<OpenedImport> {
    const about = {
      importId: this.#importId,
      fileName: this.#name,
      sha256: this.#sha256,
      importedBefore: await this.#around.read((reader) => importedBefore(reader, this.#sha256)),
    };
    if (this.#content.kind === 'rows') {
      const none = {
        delimiter: null,
        sheet: null,
        otherSheets: [],
        columns: [],
        mapping: { columns: {} },
        remembered: false,
      };
      return { ...about, format: 'rows', ...none };
    }
    const { format, delimiter, sheet, otherSheets, header, rows } = this.#content.file;
    const remembered = await this.#rememberedMapping(header);
    return {
      ...about,
      format,
      delimiter,
      sheet,
      otherSheets: [...otherSheets],
      columns: header.map((name, column) => ({
        header: name,
        samples: rows.slice(0, SAMPLES).map(({ cells }) => (cells[column] ?? '').slice(0, SAMPLE_CHARACTERS_MAX)),
      })),
      mapping: remembered ?? suggestMapping(header),
      remembered: remembered !== null,
    };
  }

  /** What has to be asked outside before the rows are checked; nothing here asks anybody. */
  async names({ mapping, createPayees }: CheckChoices): Promise<readonly string[]> {
    const readRowAt = this.#rowReader(mapping);
    if (!createPayees) return [];
    const mayName = this.#nameFinder(mapping);
    const rows: ReadRow[] = [];
    for (let index = 0; index < this.#count; index += 1) if (mayName(index)) rows.push(readRowAt(index));
    return rows.length === 0 ? [] : this.#around.read((reader) => namesToAsk(reader, rows));
  }

  /** `names`: what those that `names()` gave stand for. */
  async check(choices: CheckChoices, names: Resolutions): Promise<ImportPreview> {
    const readRowAt = this.#rowReader(choices.mapping);
    const count = this.#count;
    const read: ReadRow[] = [];
    const source: RowSource = {
      count,
      rows(from, to) {
        for (let index = from; index < Math.min(to, count); index += 1) read.push(readRowAt(index));
        return read.slice(from, to);
      },
    };
    this.#checked = null;
    const { checkers, nowMs, step } = this.#around;
    const settings = { checkers, names, createPayees: choices.createPayees, nowMs: nowMs() };
    const found = await this.#around.read(async (reader) => ({
      checked: await checkRows(reader, source, settings, (done) => step({ step: 'checking', done, total: count })),
      importedBefore: await importedBefore(reader, this.#sha256),
    }));
    this.#choices = choices;
    this.#read = read;
    const about = { importId: this.#importId, fileName: this.#name, sha256: this.#sha256 };
    this.#checked = { ...about, ...choices, names, ...found };
    return previewOf(this.#checked);
  }

  /** Gives the choices by which it is to be checked again. */
  correct(
    cells: readonly { readonly line: number; readonly field: ImportField; readonly text: string }[],
  ): CheckChoices {
    if (!this.#choices) throw notChecked(this.#importId);
    const lines = new Set(this.#read.map(({ line }) => line));
    const unknown = cells.find(({ line }) => !lines.has(line));
    if (unknown)
      throw new Refusal('input.invalid', { line: unknown.line }, `The file has no row on line ${unknown.line}.`);
    for (const { line, field, text } of cells)
      this.#corrections.set(line, { ...this.#corrections.get(line), [field]: text });
    this.#checked = null;
    return this.#choices;
  }

  rows({
    show,
    cursor,
    limit,
  }: {
    show: 'all' | 'problems' | 'warnings';
    cursor: string | undefined;
    limit: number;
  }): Paged<ImportRow> {
    const { checked, mapping } = this.#done();
    const from = Number(cursor ?? 0);
    if (!Number.isInteger(from) || from < 0) {
      throw new Refusal('input.invalid', { field: 'cursor' }, 'That is not a cursor of this list.');
    }
    const shown = checked.rows.filter(
      (row) => show === 'all' || (show === 'problems' ? !isGood(row) : row.warnings.length > 0),
    );
    const items = shown.slice(from, from + limit).map((row) => rowView(row, mapping));
    return { items, nextCursor: from + limit < shown.length ? String(from + limit) : null };
  }

  /** The first of what is wrong, for a caller who looks at no rows. */
  firstProblems(limit: number): (RowProblem & { line: number })[] {
    const { checked, mapping } = this.#done();
    const found: (RowProblem & { line: number })[] = [];
    for (const row of checked.rows) {
      if (isGood(row)) continue;
      for (const problem of rowView(row, mapping).problems) {
        if (found.length === limit) return found;
        found.push({ line: row.line, ...problem });
      }
    }
    return found;
  }

  problems(): { fileName: string; csv: string } {
    const { checked, mapping } = this.#done();
    const stem = this.#name.replace(/\.(?:csv|xlsx|txt|tsv)$/i, '');
    return { fileName: `${stem} problems.csv`, csv: problemsCsv(checked.rows, mapping) };
  }

  /** The order to commit what this stamp stands for; another stamp is of something else that was seen. */
  order(stamp: string): CheckedOrder {
    const checked = this.#done();
    if (stampOf(checked) !== stamp) throw staleImport();
    return {
      file: {
        name: this.#name,
        sha256: this.#sha256,
        format: this.#content.kind === 'rows' ? 'rows' : this.#content.file.format,
      },
      rows: this.#read,
      reading:
        this.#content.kind === 'rows'
          ? null
          : { fingerprint: headerFingerprint(this.#content.file.header), mapping: checked.mapping },
      names: checked.names,
      createPayees: checked.createPayees,
      digest: checked.checked.digest,
      newPayees: checked.checked.newPayees.map(({ name, destination: { rail, address, currency } }) => ({
        name,
        rail,
        address,
        ...(currency === null ? {} : { currency }),
      })),
    };
  }

  #done(): CheckedImport & { readonly names: Resolutions } {
    if (!this.#checked) throw notChecked(this.#importId);
    return this.#checked;
  }

  get #count(): number {
    return this.#content.kind === 'rows' ? this.#content.rows.length : this.#content.file.rows.length;
  }

  /** A star in its address: there is one in every name, and in hardly any other row. */
  #nameFinder({ columns }: ImportMapping): (index: number) => boolean {
    const hasStar = (line: number, text: string | undefined) =>
      (this.#corrections.get(line)?.address ?? text ?? '').includes('*');
    if (this.#content.kind === 'rows') {
      const { rows } = this.#content;
      return (index) => hasStar(index + 1, rows[index]?.address);
    }
    const { header, rows } = this.#content.file;
    const column = columns.address === undefined ? -1 : header.indexOf(columns.address);
    return (index) => hasStar(rows[index]?.line ?? 0, rows[index]?.cells[column]);
  }

  /** Refuses a mapping that does not fit before any row is read. */
  #rowReader(mapping: ImportMapping): (index: number) => ReadRow {
    const corrections: Corrections = this.#corrections;
    if (this.#content.kind === 'rows') {
      const { rows } = this.#content;
      return (index) => readGiven({ ...rows[index], ...corrections.get(index + 1) }, index + 1);
    }
    const { header, rows } = this.#content.file;
    const sources = fieldSources(header, mapping);
    return (index) => {
      const row = rows[index];
      invariant(row, `the file has row ${index}`);
      return readRow(row, header.length, sources, corrections.get(row.line));
    };
  }

  /** Only where it still fits: a header of the same names may have lost one that was needed. */
  async #rememberedMapping(header: readonly string[]): Promise<ImportMapping | null> {
    const mapping = await this.#around.read((reader) => rememberedMapping(reader, headerFingerprint(header)));
    if (!mapping) return null;
    const named = Object.values(mapping.columns);
    return named.every((name) => name === undefined || header.includes(name)) ? mapping : null;
  }
}
