/** What the parts around a sheet say: which sheet is the first, its texts, and which styles are dates. */
import { posix } from 'node:path';
import { unreadable } from '../../core/payouts/import/errors.ts';
import { CELL_CHARACTERS_MAX } from './limits.ts';
import { readXml } from './xml.ts';
import type { Zip } from './zip.ts';

interface Workbook {
  /** The first sheet: its part in the archive, and its name. */
  readonly part: string;
  readonly sheet: string;
  readonly otherSheets: readonly string[];
  /** Dates are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
}

const WORKBOOK = 'xl/workbook.xml';
const SHEETS_SHOWN_MAX = 20;

export async function readWorkbook(zip: Zip): Promise<Workbook> {
  if (!zip.has(WORKBOOK)) throw unreadable('The file is an archive, but no spreadsheet (.xlsx).');
  const sheets: { readonly name: string; readonly relation: string }[] = [];
  let from1904 = false;
  await readXml(zip, WORKBOOK, {
    open(name, attributes) {
      if (name === 'sheet') {
        const relation = Object.entries(attributes).find(([key]) => key === 'r:id' || key.endsWith(':id'))?.[1] ?? '';
        sheets.push({ name: attributes.name ?? '', relation });
      } else if (name === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
    },
  });
  const [first, ...others] = sheets;
  if (!first) throw unreadable('The spreadsheet has no sheets.');
  return {
    part: await partOf(zip, first.relation),
    sheet: first.name,
    otherSheets: others.map(({ name }) => name).slice(0, SHEETS_SHOWN_MAX),
    from1904,
  };
}

async function partOf(zip: Zip, relation: string): Promise<string> {
  let target: string | undefined;
  await readXml(zip, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id, Target, TargetMode }) {
      if (name === 'Relationship' && Id === relation && TargetMode !== 'External') target = Target;
    },
  });
  if (target === undefined) throw unreadable('The spreadsheet does not say where its first sheet is.');
  const part = target.startsWith('/') ? target.slice(1) : posix.join('xl', target);
  if (!zip.has(part)) throw unreadable('The first sheet of the spreadsheet is not in it.');
  return part;
}

/** Texts that cells refer to by their place. */
export async function readSharedStrings(zip: Zip): Promise<readonly string[]> {
  const part = 'xl/sharedStrings.xml';
  if (!zip.has(part)) return [];
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  await readXml(zip, part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text(piece) {
      // One character too many is kept, so that what is too long is seen to be.
      if (inText && text.length <= CELL_CHARACTERS_MAX) text += piece.slice(0, CELL_CHARACTERS_MAX + 1);
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.push(text);
    },
  });
  return strings;
}

/** The formats for dates and times that every spreadsheet has. */
const BUILT_IN_DATES = new Set([
  14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58,
]);

/** The styles, by their number, that show a number as a date. */
export async function readDateStyles(zip: Zip): Promise<ReadonlySet<number>> {
  const part = 'xl/styles.xml';
  const dates = new Set<number>();
  if (!zip.has(part)) return dates;
  const ownDates = new Set<number>();
  let inCellStyles = false;
  let style = 0;
  await readXml(zip, part, {
    open(name, attributes) {
      if (name === 'numFmt' && isDateFormat(attributes.formatCode ?? '')) ownDates.add(Number(attributes.numFmtId));
      else if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'xf' && inCellStyles) {
        const format = Number(attributes.numFmtId);
        if (BUILT_IN_DATES.has(format) || ownDates.has(format)) dates.add(style);
        style += 1;
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return dates;
}

/** Has letters of dates outside of quoted text, colours and escapes. */
function isDateFormat(code: string): boolean {
  const bare = code.replaceAll(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_./gi, '');
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare);
}
