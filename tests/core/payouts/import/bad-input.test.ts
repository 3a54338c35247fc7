import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../../../core/contract/imports.ts';
import { IMPORT_ROWS_MAX } from '../../../../core/contract/imports.ts';
import { closePayee } from '../../../../core/payees/upkeep.ts';
import { csv, HEADER, row, sheetParts, sheetRow, xlsx, zip } from '../../../support/import-files.ts';
import { type Importing, importing } from '../../../support/importing.ts';
import { forEachStore } from '../../../support/stores.ts';

const problems = (rows: readonly ImportRow[]) =>
  rows.flatMap(({ line, problems: found }) => found.map(({ code, column }) => ({ line, code, column })));

forEachStore((_name, open) => {
  let t: Importing;
  let before: Awaited<ReturnType<Importing['written']>>;

  beforeEach(async () => {
    t = await importing(await open());
    await t.addPayee('Carla Marín', 'sim:carla');
    before = await t.written();
  });

  /** The rows are refused by line and reason, the whole is refused, and nothing was written. */
  async function refusedRows(bytes: Buffer, expected: ReturnType<typeof problems>, createPayees = false) {
    const { opened, preview, rows } = await t.check(bytes, { createPayees });
    expect(problems(rows)).toEqual(expected);
    for (const { message } of rows.flatMap((found) => found.problems)) expect(message).toMatch(/^[A-Z].*[.)]$/);
    await expect(t.commit(opened, preview)).rejects.toMatchObject({ code: 'import.problems' });
    expect(await t.written()).toEqual(before);
  }

  async function refusedFile(bytes: Buffer, code: string, sentence: RegExp) {
    await expect(t.import(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
    expect(await t.written()).toEqual(before);
  }

  describe('a file that is refused whole', () => {
    it('with a header that names no amount', () =>
      refusedFile(csv([['P-1', '5', 'INV']], ['Payee', 'Sum of all', 'Reference']), 'import.mapping', /amount, asset/));

    it('with two columns of one name', () =>
      refusedFile(
        csv([['P-1', '5', '5']], ['Payee', 'Amount', 'Amount']),
        'import.header',
        /Two columns are called "Amount"/,
      ));

    it('in Windows-1252, by its line', () =>
      refusedFile(
        Buffer.concat([csv([row()]), Buffer.from('P-1,Jos\xe9,,,,1.00,USD,INV-2\r\n', 'latin1')]),
        'import.unreadable',
        /^Line 3: .*Windows-1252/,
      ));

    it('in UTF-16 with its mark', () =>
      refusedFile(Buffer.from(`\ufeff${csv([row()])}`, 'utf16le'), 'import.unreadable', /UTF-16/));

    it('that is empty', () => refusedFile(Buffer.alloc(0), 'import.empty', /no rows/));

    it('that has a header and nothing else', () => refusedFile(csv([]), 'import.empty', /no rows/));

    it('with a quotation mark that is never closed', () =>
      refusedFile(Buffer.concat([csv([row()]), Buffer.from('P-1,"Jo')]), 'import.unreadable', /quotation mark/));

    it(`with ${IMPORT_ROWS_MAX + 1} rows`, () => {
      const one = csv([row()]).toString().split('\r\n')[1];
      const bytes = Buffer.from(`${HEADER.join(',')}\r\n${`${one}\r\n`.repeat(IMPORT_ROWS_MAX + 1)}`);
      return refusedFile(bytes, 'import.too_many_rows', /more than 100000 rows/);
    });

    it('that is a spreadsheet which unpacks to a bomb, whatever its archive claims', async () => {
      const zeros = Buffer.alloc(32 * 1024 * 1024, 0x20);
      const parts = sheetParts('').map((part) =>
        part.name === 'xl/worksheets/sheet1.xml'
          ? { ...part, bytes: Buffer.concat([Buffer.from('<worksheet><sheetData>'), zeros]), claimedBytes: 100 }
          : part,
      );
      await refusedFile(zip(parts), 'import.unreadable', /unpacks to far more/);
    });

    it('that is a spreadsheet with entities declared in it', () =>
      refusedFile(
        zip(
          sheetParts(sheetRow(1, ['Payee', 'Amount']), {
            doctype: '<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "boom">]>',
          }),
        ),
        'import.unreadable',
        /document type/,
      ));

    it('that is an archive cut short', () =>
      refusedFile(xlsx([row()]).subarray(0, -100), 'import.unreadable', /damaged/));
  });

  describe('rows that are refused by their line', () => {
    it('formulas in CSV', () =>
      refusedRows(
        csv([
          row({ Payee: '=1+1', Reference: 'A' }),
          row({ Reference: '@SUM(A1)' }),
          row({ Name: '+cmd', Reference: 'C' }),
          row({ 'E-mail': '-2', Reference: 'D' }),
          row({ Amount: '=2*3', Reference: 'E' }),
          row({ Reference: '\t=1' }),
        ]),
        [
          { line: 2, code: 'cell.formula', column: 'Payee' },
          { line: 3, code: 'cell.formula', column: 'Reference' },
          { line: 4, code: 'cell.formula', column: 'Name' },
          { line: 5, code: 'cell.formula', column: 'E-mail' },
          { line: 6, code: 'cell.formula', column: 'Amount' },
          { line: 7, code: 'cell.formula', column: 'Reference' },
        ],
      ));

    it('formulas in a spreadsheet, whatever they came to when it was saved', async () => {
      const cells: (string | { xml: string })[] = row();
      cells[5] = { xml: '<c r="F2"><f>2*3</f><v>6</v></c>' };
      await refusedRows(xlsx([cells]), [{ line: 2, code: 'cell.formula', column: 'Amount' }]);
    });

    it.each([
      ['of 20 digits', '12345678901234567890', 'amount.too_large'],
      ['of 40 digits', '9'.repeat(40), 'amount.too_large'],
      ['below zero', '-5.00', 'amount.negative'],
      ['of zero', '0.00', 'amount.zero'],
      ['with too many decimals', '1.005', 'amount.too_many_decimals'],
      ['below the asset’s minimum', '0.99', 'amount.below_minimum'],
      ['with grouping', '1,000.00', 'amount.not_a_number'],
      ['with a decimal comma', '10,50', 'amount.not_a_number'],
      ['with an exponent', '1e3', 'amount.not_a_number'],
      ['with a plus', '+5.00', 'amount.not_a_number'],
      ['with a currency sign', '$5.00', 'amount.not_a_number'],
      ['that is a word', 'ten', 'amount.not_a_number'],
    ])('an amount %s', (_what, amount, code) =>
      refusedRows(csv([row({ Amount: amount })]), [{ line: 2, code: code as never, column: 'Amount' }]),
    );

    it('a spreadsheet’s number that lost digits', async () => {
      const cells: (string | { xml: string })[] = row();
      cells[5] = { xml: '<c r="F2"><v>12345678901234567</v></c>' };
      await refusedRows(xlsx([cells]), [{ line: 2, code: 'amount.not_exact', column: 'Amount' }]);
    });

    it('a reference twice in the file', () =>
      refusedRows(csv([row(), row({ Amount: '99.00' })]), [
        { line: 3, code: 'reference.twice_in_file', column: 'Reference' },
      ]));

    it('a reference that a payout of this payee has already', async () => {
      await t.import(csv([row()]));
      before = await t.written();
      await refusedRows(csv([row({ Amount: '13.00' })]), [{ line: 2, code: 'reference.known', column: 'Reference' }]);
    });

    it('a closed payee', async () => {
      const payee = await t.store.db.selectFrom('payees').select('id').executeTakeFirstOrThrow();
      await t.as(t.ada.actor, (work) => closePayee(work, { id: payee.id, reason: 'Left' }));
      before = await t.written();
      await refusedRows(csv([row()]), [{ line: 2, code: 'payee.closed', column: 'Payee' }]);
    });

    it('a payee that nobody knows', () =>
      refusedRows(csv([row({ Payee: 'P-999' })]), [{ line: 2, code: 'payee.unknown', column: 'Payee' }]));

    it('another address for a payee that is known', () =>
      refusedRows(
        csv([row({ Rail: 'simulated', Address: 'sim:thief' })]),
        [{ line: 2, code: 'address.not_of_payee', column: 'Address' }],
        true,
      ));

    it('a new payee whose address is none, or who has no name', () =>
      refusedRows(
        csv([
          row({ Payee: 'N-1', Name: 'Nina', Rail: 'simulated', Address: 'SIM:!', Reference: 'A' }),
          row({ Payee: 'N-2', Rail: 'simulated', Address: 'sim:n2', Reference: 'B' }),
          row({ Payee: 'N-3', Name: 'Nora', Address: 'sim:n3', Reference: 'C' }),
          row({ Payee: 'N-4', Name: 'Nils', Rail: 'pigeon', Address: 'sim:n4', Reference: 'D' }),
          row({ Payee: 'N-5', Name: 'Noa', Rail: 'simulated', Address: 'sim:n5', 'E-mail': 'nowhere', Reference: 'E' }),
          row({ Payee: 'N-6', Name: 'Nell', Rail: 'stellar', Address: 'nell*example.com', Reference: 'F' }),
        ]),
        [
          { line: 2, code: 'address.invalid', column: 'Address' },
          { line: 3, code: 'payee.name_missing', column: 'Name' },
          { line: 4, code: 'rail.missing', column: 'Rail' },
          { line: 5, code: 'rail.unknown', column: 'Rail' },
          { line: 6, code: 'email.invalid', column: 'E-mail' },
          { line: 7, code: 'address.name_unresolved', column: 'Address' },
        ],
        true,
      ));

    it('a new payee whose address is another one further down', () =>
      refusedRows(
        csv([
          row({ Payee: 'N-1', Name: 'Nina', Rail: 'simulated', Address: 'sim:nina', Reference: 'A' }),
          row({ Payee: 'N-1', Name: 'Nina', Rail: 'simulated', Address: 'sim:thief', Reference: 'B' }),
        ]),
        [{ line: 3, code: 'payee.conflict', column: 'Address' }],
        true,
      ));

    it('an asset that is not known', () =>
      refusedRows(csv([row({ Asset: 'XYZ' })]), [{ line: 2, code: 'asset.unknown', column: 'Asset' }]));

    it('empty cells, rows of another width, and characters that hide', () =>
      refusedRows(
        Buffer.concat([
          csv([row({ Amount: '', Reference: 'A' }), row({ Reference: 'B\u202egpj' })]),
          Buffer.from('P-1,,,,,5.00,USD,C,surplus\r\n'),
        ]),
        [
          { line: 2, code: 'cell.missing', column: 'Amount' },
          { line: 3, code: 'cell.control_character', column: 'Reference' },
          { line: 4, code: 'row.width', column: null },
        ],
      ));
  });
});
