import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readFile } from '../../../main/imports/read-file.ts';
import { dateText, numberText } from '../../../main/imports/sheet-numbers.ts';
import { Zip } from '../../../main/imports/zip.ts';
import { csv, sheetParts, sheetRow, xlsx, zip } from '../../support/import-files.ts';

const onwards = () => Promise.resolve();
const read = (bytes: Buffer) => readFile(bytes, onwards);
const text = (content: string) => Buffer.from(content);

describe('CSV', () => {
  it.each([
    [',', 'a,b\n1,2\n'],
    [';', 'a;b\n1;2\n'],
    ['\t', 'a\tb\n1\t2\n'],
    [';', '"a,x,y";b\n1;2\n'],
  ])('takes %j for the separator where the header shows it', async (delimiter, content) => {
    expect(await read(text(content))).toMatchObject({ delimiter, rows: [{ line: 2, cells: ['1', '2'] }] });
  });

  it('passes over empty lines, and counts them', async () => {
    expect((await read(text('a,b\r\n\r\n1,2\r\n,\r\n3,4'))).rows).toEqual([
      { line: 3, cells: ['1', '2'] },
      { line: 5, cells: ['3', '4'] },
    ]);
  });

  it('gives the line a row with line breaks in it begins on', async () => {
    expect((await read(text('a,b\n"1\n1",2\n3,"4\n\n4"\n5,6\n'))).rows.map(({ line }) => line)).toEqual([2, 4, 7]);
  });

  it('names columns that have no name', async () => {
    expect((await read(text('a,,c\n1,2,3\n'))).header).toEqual(['a', 'column 2', 'c']);
  });

  it('cuts a huge cell and marks it', async () => {
    const [row] = (await read(text(`a,b\n${'x'.repeat(5_000)},2\n`))).rows;
    expect(row?.cells[0]).toHaveLength(1_000);
    expect(row?.flaws).toEqual(new Map([[0, 'too_long']]));
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const bytes = csv(
      Array.from({ length: 20_000 }, (_, index) => [`${index}`, 'some text to fill the file']),
      ['a', 'b'],
    );
    const told: number[] = [];
    const stop = (rows: number) => {
      told.push(rows);
      return told.length === 2 ? Promise.reject(new Error('stop')) : Promise.resolve();
    };
    await expect(readFile(bytes, stop)).rejects.toThrow('stop');
    expect(told[0]).toBeGreaterThan(0);
    expect(told[1]).toBeLessThan(20_000);
  });

  it.each([
    ['a row as long as a file', `a,b\n"${'x'.repeat(300_000)}",2\n`],
    ['a quotation mark inside a cell', 'a,b\n1"2,3\n'],
    ['text after a closing quotation mark', 'a,b\n"1"2,3\n'],
  ])('refuses %s, by its line', async (_what, content) => {
    await expect(read(text(content))).rejects.toMatchObject({ code: 'import.unreadable', data: { line: 2 } });
  });

  it('refuses a file that is something else by what it is', async () => {
    await expect(read(text('%PDF-1.7'))).rejects.toThrow(/PDF/);
    await expect(read(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).rejects.toThrow(/\.xls/);
    await expect(read(zip([{ name: 'word/document.xml', bytes: text('<x/>') }]))).rejects.toThrow(/no spreadsheet/);
  });
});

describe('a spreadsheet', () => {
  it('is read from its first sheet, and says which others there are', async () => {
    const parts = sheetParts(sheetRow(1, ['a']) + sheetRow(2, ['1']), { otherSheets: ['Notes', 'Old'] });
    expect(await read(zip(parts))).toMatchObject({ sheet: 'Payouts', otherSheets: ['Notes', 'Old'], header: ['a'] });
  });

  it('keeps the place of cells that are left out, and the numbers of rows', async () => {
    const rows = [
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>',
      '<row r="4"><c r="C4" t="str"><v>x &amp; y</v></c></row>',
    ];
    const file = await read(zip(sheetParts(rows.join(''), { sharedStrings: ['first', 'third'] })));
    expect(file.header).toEqual(['first', 'column 2', 'third']);
    expect(file.rows).toEqual([{ line: 4, cells: ['', '', 'x & y'] }]);
  });

  it('marks errors and formulas by their column', async () => {
    const cells = [{ xml: '<c r="A2" t="e"><v>#REF!</v></c>' }, { xml: '<c r="B2"><f>A1</f><v>7</v></c>' }];
    const [row] = (await read(xlsx([cells], ['a', 'b']))).rows;
    expect(row?.flaws).toEqual(
      new Map([
        [0, 'error'],
        [1, 'formula'],
      ]),
    );
  });

  it('refuses what unpacks to too much together, though no part does by itself', async () => {
    const parts = ['a', 'b'].map((name) => ({ name, bytes: randomBytes(600), claimedBytes: 1 }));
    const unpacked = async (archive: Zip, name: string) => (await Array.fromAsync(archive.unpack(name))).length;
    const archive = new Zip(zip(parts), 1_000);
    expect(await unpacked(archive, 'a')).toBe(1);
    await expect(unpacked(archive, 'b')).rejects.toThrow(/far more/);
    await expect(unpacked(new Zip(zip(parts), 1_000), 'b')).resolves.toBe(1);
  });

  it('refuses archives that lie, repeat themselves or hold too many files', async () => {
    const parts = sheetParts(sheetRow(1, ['a']) + sheetRow(2, ['1']));
    const [first] = parts;
    await expect(read(zip([...parts, ...(first ? [first] : [])]))).rejects.toThrow(/damaged/);
    const many = Array.from({ length: 2_001 }, (_, index) => ({ name: `x${index}`, bytes: text('x') }));
    await expect(read(zip([...parts, ...many]))).rejects.toThrow(/far more/);
    const broken = zip(parts);
    broken.fill(0xff, 60, 120);
    await expect(read(broken)).rejects.toMatchObject({ code: 'import.unreadable' });
  });
});

describe('a number of a spreadsheet', () => {
  it.each([
    ['12.5', '12.5'],
    ['0.10000000000000001', '0.1'],
    ['1234.5599999999999', '1234.56'],
    ['1E-2', '0.01'],
    ['5E3', '5000'],
    ['-7.25', '-7.25'],
    ['0', '0'],
    ['999999999999999', '999999999999999'],
  ])('stored as %s is %s', (stored, shown) => {
    expect(numberText(stored)).toEqual({ text: shown });
  });

  it.each(['0.30000000000000004', '1234567890123456', '1E20', 'NaN', ''])('stored as %j is not exact', (stored) => {
    expect(numberText(stored)).toMatchObject({ flaw: 'not_exact' });
  });

  it('is a day or a moment where it is shown as one, in both calendars', () => {
    expect(dateText('46295', false)).toEqual({ text: '2026-09-30' });
    expect(dateText('46295.5', false)).toEqual({ text: '2026-09-30T12:00:00.000Z' });
    expect(dateText('44833', true)).toEqual({ text: '2026-09-30' });
  });
});
