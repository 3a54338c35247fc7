/** Reads a file by what it is, not by what it is called. */
import { IMPORT_BYTES_MAX } from '../../core/contract/imports.ts';
import { tooLarge, unreadable } from '../../core/payouts/import/errors.ts';
import type { RawFile } from '../../core/payouts/import/raw.ts';
import { readCsv, type Step } from './csv.ts';
import { readXlsx } from './xlsx.ts';

const ARCHIVE = Buffer.from('PK\u0003\u0004', 'latin1');
/** What spreadsheets were before they were archives, and what protected ones are. */
const OLD_OFFICE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const PDF = Buffer.from('%PDF');

export async function readFile(bytes: Buffer, step: Step): Promise<RawFile> {
  if (bytes.length > IMPORT_BYTES_MAX) throw tooLarge('file', IMPORT_BYTES_MAX);
  const start = bytes.subarray(0, 4);
  if (start.equals(ARCHIVE)) return readXlsx(bytes, step);
  if (start.equals(OLD_OFFICE)) {
    throw unreadable(
      'The file is an old (.xls) or a password-protected spreadsheet. Save it as .xlsx without a password, or as CSV.',
    );
  }
  if (start.equals(PDF)) throw unreadable('The file is a PDF. Give the CSV or XLSX file it was made from.');
  return readCsv(bytes, step);
}
