import { Refusal } from '../../errors/refusal.ts';

export class ImportError extends Refusal {
  override readonly name = 'ImportError';
}

export const unknownImport = (importId: string) => new ImportError('import.unknown', { importId });
/** The file itself cannot be read; `line` where it is known. */
export const unreadable = (why: string, line: number | null = null) =>
  new ImportError('import.unreadable', { why, line }, line === null ? why : `Line ${line}: ${why}`);
export const emptyFile = () => new ImportError('import.empty');
export const badHeader = (why: string) => new ImportError('import.header', { why }, why);
export const unmappable = (why: string, fields: string) => new ImportError('import.mapping', { why, fields }, why);
export const tooManyRows = (rowsMax: number) =>
  new ImportError('import.too_many_rows', { rowsMax }, `The file has more than ${rowsMax} rows. Divide it.`);
export const tooLarge = (what: string, bytesMax: number) => new ImportError('import.too_large', { what, bytesMax });
export const badRows = (
  bad: number,
  first: { readonly line: number; readonly code: string; readonly message: string } | null,
) =>
  new ImportError(
    'import.problems',
    { bad, line: first?.line ?? null, code: first?.code ?? null },
    `${bad === 1 ? 'One row' : `${bad} rows`} cannot be imported, so nothing was written.${first ? ` Line ${first.line}: ${first.message}` : ''}`,
  );
export const nothingGood = () =>
  new ImportError('import.problems', { bad: 0, line: null, code: null }, 'No row can be imported.');
export const notChecked = (importId: string) => new ImportError('import.not_checked', { importId });
export const staleImport = () => new ImportError('import.stale');
export const importBusy = (importId: string) => new ImportError('import.busy', { importId });
export const importCancelled = () => new ImportError('import.cancelled');
export const duplicateFile = (earlier: {
  readonly batchId: string;
  readonly by: string;
  readonly importedAtMs: number;
}) => new ImportError('import.duplicate_file', { ...earlier });
