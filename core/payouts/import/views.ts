/** An import as a window sees it: what was found, row by row and in sum, and the problems as a file. */
import { createHash } from 'node:crypto';
import { canonical } from '../../canonical/canonical.ts';
import type {
  ImportField,
  ImportMapping,
  ImportPreview,
  ImportRow,
  RowProblemCode,
  RowWarningCode,
} from '../../contract/imports.ts';
import type { Checked } from './check.ts';
import { type CheckedRow, isGood } from './judge-row.ts';
import type { ImportedBefore } from './records.ts';
import { totalsOf } from './totals.ts';

export interface CheckedImport {
  readonly importId: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly mapping: ImportMapping;
  readonly createPayees: boolean;
  readonly checked: Checked;
  readonly importedBefore: ImportedBefore | null;
}

export function previewOf(open: CheckedImport): ImportPreview {
  const { importId, fileName, sha256, mapping, createPayees, checked } = open;
  const good = checked.rows.filter(isGood).length;
  return {
    importId,
    fileName,
    sha256,
    mapping,
    createPayees,
    checked: stampOf(open),
    rows: checked.rows.length,
    good,
    bad: checked.rows.length - good,
    warned: checked.rows.filter(({ warnings }) => warnings.length > 0).length,
    newPayees: checked.newPayees.length,
    totals: totalsOf(checked.rows),
    problems: countsOf<RowProblemCode>(checked.rows, (row) => row.problems),
    warnings: countsOf<RowWarningCode>(checked.rows, (row) => row.warnings),
    importedBefore: open.importedBefore,
  };
}

/** Stands for all that a person saw: given back at commit, it says that nothing else is committed. */
export function stampOf({ sha256, createPayees, checked }: CheckedImport): string {
  return createHash('sha256')
    .update(canonical({ sha256, createPayees, rows: checked.digest }))
    .digest('hex');
}

/** Rows with each code, the most frequent first. */
function countsOf<Code extends string>(
  rows: readonly CheckedRow[],
  notesOf: (row: CheckedRow) => readonly { readonly code: Code }[],
): { code: Code; rows: number }[] {
  const counts = new Map<Code, number>();
  for (const row of rows) {
    const notes = notesOf(row);
    if (notes.length === 0) continue;
    for (const code of new Set(notes.map((note) => note.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, rows: count })).sort((a, b) => b.rows - a.rows);
}

export function rowView(row: CheckedRow, { columns }: ImportMapping): ImportRow {
  const { line, texts, payee, newPayee, destination, asset, amountMinor, problems, warnings } = row;
  const target = destination ?? newPayee?.destination ?? null;
  const shown = <Note extends { readonly field: ImportField | null }>(note: Note) => ({
    ...note,
    column: note.field === null ? null : (columns[note.field] ?? null),
  });
  return {
    line,
    values: Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    payeeName: payee?.name ?? newPayee?.name ?? null,
    newPayee: newPayee !== null,
    rail: target?.rail ?? null,
    address: target?.address ?? null,
    assetId: asset?.id ?? null,
    assetCode: asset?.code ?? null,
    scale: asset?.scale ?? null,
    amountMinor: amountMinor?.toString() ?? null,
    problems: problems.map(shown),
    warnings: warnings.map(shown),
  };
}

/** What is wrong, to be put right by whoever made the file. Cells of theirs are never formulas here. */
export function problemsCsv(rows: readonly CheckedRow[], { columns }: ImportMapping): string {
  const lines = [['line', 'column', 'cell', 'code', 'problem']];
  for (const { line, texts, problems } of rows) {
    for (const { field, code, message } of problems) {
      const column = field === null ? '' : (columns[field] ?? field);
      lines.push([String(line), column, field === null ? '' : texts[field], code, message]);
    }
  }
  return `${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** Quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe in front. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
