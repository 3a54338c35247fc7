/** Files to import: good ones, and ones that no program should believe. */
import { crc32, deflateRawSync } from 'node:zlib';

export const HEADER = ['Payee', 'Name', 'E-mail', 'Rail', 'Address', 'Amount', 'Asset', 'Reference'] as const;
type Column = (typeof HEADER)[number];

/** A row of the usual header; what is not said is that of a good row for the payee P-1. */
export function row(overrides: Partial<Record<Column, string>> = {}): string[] {
  const cells: Record<Column, string> = {
    Payee: 'P-1',
    Name: '',
    'E-mail': '',
    Rail: '',
    Address: '',
    Amount: '12.50',
    Asset: 'USD',
    Reference: 'INV-1',
    ...overrides,
  };
  return HEADER.map((name) => cells[name]);
}

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function csv(rows: readonly (readonly string[])[], header: readonly string[] = HEADER): Buffer {
  return Buffer.from([header, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join(''));
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer;
  /** What the archive says it unpacks to, where that is a lie. */
  readonly claimedBytes?: number;
}

/** An archive, as spreadsheets are. */
export function zip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claimedBytes = bytes.length } of parts) {
    const packed = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedBytes, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), common, tail, nameBytes]));
    bodies.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, entries, end]);
}

const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const textCell = (text: string) => `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;

/** The parts of a spreadsheet with this XML inside its first sheet's `sheetData`. */
export function sheetParts(
  sheetData: string,
  options: {
    readonly otherSheets?: readonly string[];
    readonly doctype?: string;
    readonly sharedStrings?: readonly string[];
  } = {},
): ZipPart[] {
  const { otherSheets = [], doctype = '', sharedStrings = [] } = options;
  const part = (name: string, xml: string) => ({
    name,
    bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`),
  });
  const sheets = ['Payouts', ...otherSheets];
  return [
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${NAMESPACE}" xmlns:r="${RELATIONS}"><workbookPr/><sheets>${sheets
        .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships>${sheets
        .map(
          (_, index) =>
            `<Relationship Id="rId${index + 1}" Type="worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
        )
        .join('')}</Relationships>`,
    ),
    part(
      'xl/styles.xml',
      `<styleSheet xmlns="${NAMESPACE}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ),
    part(
      'xl/sharedStrings.xml',
      `<sst xmlns="${NAMESPACE}">${sharedStrings.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
    ),
    part(
      'xl/worksheets/sheet1.xml',
      `${doctype}<worksheet xmlns="${NAMESPACE}"><sheetData>${sheetData}</sheetData></worksheet>`,
    ),
    ...otherSheets.map((_, index) =>
      part(`xl/worksheets/sheet${index + 2}.xml`, `<worksheet xmlns="${NAMESPACE}"><sheetData/></worksheet>`),
    ),
  ];
}

/** A row of a sheet: texts, or the XML of a cell as it is. */
export function sheetRow(number: number, cells: readonly (string | { readonly xml: string })[]): string {
  return `<row r="${number}">${cells.map((content) => (typeof content === 'string' ? textCell(content) : content.xml)).join('')}</row>`;
}

export function xlsx(
  rows: readonly (readonly (string | { readonly xml: string })[])[],
  header: readonly string[] = HEADER,
): Buffer {
  return zip(sheetParts([header, ...rows].map((cells, index) => sheetRow(index + 1, cells)).join('')));
}
