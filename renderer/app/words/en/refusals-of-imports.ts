/** Refusals about files. Nothing of a refused import has been written. */
import type { Said } from './refusals.ts';

export const ofImports: Readonly<Record<string, Said>> = {
  'file.too_large': {
    what: 'The file is larger than 64 MB.',
    safe: 'Nothing was sent.',
    next: 'Split it into several files.',
  },
  'file.unreadable': {
    what: 'This window could not read the file.',
    safe: 'Nothing was sent.',
    next: 'Check that it still exists and is not open elsewhere, then choose it again.',
  },
  'file.several': {
    what: 'Those were several files.',
    safe: 'Nothing was sent.',
    next: 'Choose or drop one CSV or XLSX file at a time.',
  },
  'import.unknown': { safe: 'Nothing was written.', next: 'Choose the file again; its columns are remembered.' },
  'import.unreadable': {
    safe: 'Nothing was written.',
    next: 'Save it anew as CSV in UTF-8, or as XLSX, then choose it again.',
  },
  'import.empty': {
    safe: 'Nothing was written.',
    next: 'Check that it is the right file, and that its rows are on the first sheet.',
  },
  'import.header': {
    safe: 'Nothing was written.',
    next: 'Put a first line with the names of the columns into the file.',
  },
  'import.mapping': { safe: 'Nothing was written.', next: 'Match the columns again.' },
  'import.too_many_rows': { safe: 'Nothing was written.', next: 'Split it into files of at most 100,000 rows.' },
  'import.too_large': { safe: 'Nothing was written.', next: 'Split it into smaller files.' },
  'import.problems': {
    safe: 'Nothing was written.',
    next: 'Put the problems right, or choose to leave those rows out.',
  },
  'import.not_checked': { safe: 'Nothing was written.', next: 'Check the file again, then import it.' },
  'import.stale': {
    what: 'Something has changed since the file was checked.',
    safe: 'Nothing was written.',
    next: 'Check the file again: another row may have become a problem.',
  },
  'import.duplicate_file': {
    safe: 'Nothing was written.',
    next: 'Look at what was imported before. If it is meant to be paid again, say so and import it.',
  },
  'import.busy': { safe: 'Nothing was written.', next: 'Wait until it is done, or stop it.' },
  'import.cancelled': {
    what: 'The import was stopped.',
    safe: 'Nothing was written.',
    next: 'Choose the file again when you want to go on.',
  },
  'request.too_large': {
    what: 'The file is larger than this server takes.',
    safe: 'Nothing was written.',
    next: 'Split it into smaller files.',
  },
};
