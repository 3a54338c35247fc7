import { sql } from 'kysely';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyChain } from '../../../../core/audit/verify.ts';
import type { ImportRow } from '../../../../core/contract/imports.ts';
import { addAsset } from '../../../../core/ledger/assets.ts';
import { trialBalance } from '../../../../core/ledger/balances.ts';
import { brokenInvariants } from '../../../../core/ledger/invariants.ts';
import { assetId } from '../../../../core/money/assets.ts';
import { confirmDestinations } from '../../../../core/payees/confirm.ts';
import { closePayee } from '../../../../core/payees/upkeep.ts';
import { listImports } from '../../../../core/payouts/import/records.ts';
import { cancelPayout } from '../../../../core/payouts/life.ts';
import type { Resolution, Resolutions } from '../../../../core/rails/address.ts';
import { createStatement } from '../../../../core/statements/statements.ts';
import { csv, HEADER, row, xlsx } from '../../../support/import-files.ts';
import { type Importing, importing } from '../../../support/importing.ts';
import { forEachStore } from '../../../support/stores.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const warnings = (rows: readonly ImportRow[]) => rows.map(({ warnings: found }) => found.map(({ code }) => code));

forEachStore((_name, open) => {
  let t: Importing;

  beforeEach(async () => {
    t = await importing(await open());
    await t.addPayee('Carla Marín', 'sim:carla');
  });

  const payouts = () =>
    t.store.db
      .selectFrom('payouts')
      .innerJoin('payees', 'payees.id', 'payouts.payee_id')
      .select([
        'payouts.id',
        'payouts.reference',
        'payees.reference as payee',
        'amount_minor',
        'payouts.status',
        'funding',
        'requested_by',
        'due_at_ms',
      ])
      .orderBy('payouts.reference')
      .execute();

  describe('a good file', () => {
    it('becomes pending payouts whose debts are in the books, with one audit entry and one event for all', async () => {
      const entriesBefore = (await t.written()).outbox ?? 0n;
      const done = await t.import(csv([row({ Reference: 'A' }), row({ Reference: 'B', Amount: '7' })]));
      expect(done).toMatchObject({ payouts: 2, payeesCreated: 0, leftOut: 0 });
      expect(done.totals).toEqual([
        { assetId: 'iso:USD', assetCode: 'USD', scale: 2, payouts: 2, amountMinor: '1950' },
      ]);
      expect(await payouts()).toEqual([
        expect.objectContaining({
          reference: 'A',
          payee: 'P-1',
          amount_minor: 1250n,
          status: 'pending',
          funding: 'direct',
        }),
        expect.objectContaining({
          reference: 'B',
          payee: 'P-1',
          amount_minor: 700n,
          requested_by: t.operator.staff.id,
        }),
      ]);
      const entries = await t.store.db
        .selectFrom('audit_entries')
        .selectAll()
        .where('action', 'like', 'payout%')
        .execute();
      expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
        ['payouts.import', `import:${done.batchId}`],
      ]);
      expect(JSON.parse(entries[0]?.details ?? '')).toMatchObject({
        payouts: 2,
        itemsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect((await t.written()).outbox).toBe(entriesBefore + 1n);
      expect(await trialBalance(t.store)).toMatchObject({ entries: 4 });
      expect(await brokenInvariants(t.store)).toEqual([]);
      expect(await verifyChain(t.store)).toMatchObject({ valid: true });
    });

    it('is read with a byte order mark, semicolons, quotes and line breaks, and counts the lines of the file', async () => {
      const text =
        'Payee;Amount;Asset;Reference;Name\n\nP-1;"12.50";USD;"A";"Carla\nMarín"\nP-1;x;USD;B;"Carla Marín"\n';
      const { preview, rows } = await t.check(Buffer.from(`\ufeff${text}`));
      expect(preview).toMatchObject({ rows: 2, bad: 2 });
      expect(rows.map(({ line, problems }) => [line, problems.map(({ code }) => code)])).toEqual([
        [3, ['cell.control_character']],
        [5, ['amount.not_a_number']],
      ]);
    });

    it('of a spreadsheet gives numbers and dates as they are shown', async () => {
      const cells: (string | { xml: string })[] = [
        ...row({ Reference: 'A' }),
        { xml: '<c r="I2" s="1"><v>46295</v></c>' },
      ];
      cells[5] = { xml: '<c r="F2"><v>1234.5599999999999</v></c>' };
      const { opened, preview, rows } = await t.check(xlsx([cells], [...HEADER, 'Due date']));
      expect(rows[0]).toMatchObject({ values: { amount: '1234.56', dueDate: '2026-09-30' }, problems: [] });
      await t.commit(opened, preview);
      expect(await payouts()).toMatchObject([{ amount_minor: 123_456n, due_at_ms: BigInt(Date.UTC(2026, 8, 30)) }]);
    });

    it('is remembered by its header: the next file like it is read the same way', async () => {
      const header = ['Wer', 'Wieviel', 'Wovon', 'Wofür'];
      const mapping = { columns: { payee: 'Wer', amount: 'Wieviel', asset: 'Wovon', reference: 'Wofür' } };
      await t.import(csv([['P-1', '5', 'USD', 'A']], header), { mapping });
      const next = await t.open(csv([['P-1', 'USD', '6', 'B']], ['Wer', 'Wovon', 'Wieviel', 'Wofür']));
      expect(await next.opened()).toMatchObject({ remembered: true, mapping });
    });

    it('needs no column for what is the same in every row', async () => {
      const mapping = {
        columns: { payee: 'Payee', amount: 'Amount', reference: 'Reference' },
        constants: { asset: 'EUR' },
      } as const;
      await t.import(csv([['P-1', '5', 'A']], ['Payee', 'Amount', 'Reference']), { mapping });
      expect(
        (await t.store.db.selectFrom('payouts').select('asset_id').execute()).map((found) => found.asset_id),
      ).toEqual(['iso:EUR']);
    });
  });

  describe('payees the vault does not know', () => {
    const rows = [
      row({
        Payee: 'N-1',
        Name: 'Nina',
        Rail: 'simulated',
        Address: 'sim:nina',
        'E-mail': 'nina@example.com',
        Reference: 'A',
      }),
      row({ Payee: 'N-1', Reference: 'B', Amount: '3' }),
      row({ Payee: 'N-2', Name: 'Noor', Rail: 'Simulated', Address: 'sim:noor', Reference: 'C', Amount: 'x' }),
    ];

    it('are created with their payouts, each address proposed, and nobody for whom no good row asks', async () => {
      const { opened, preview, rows: seen } = await t.check(csv(rows), { createPayees: true });
      expect(preview).toMatchObject({ good: 2, bad: 1, newPayees: 1 });
      expect(seen[0]).toMatchObject({ newPayee: true, payeeName: 'Nina', address: 'sim:nina' });
      const done = await t.commit(opened, preview, { onlyGoodRows: true });
      expect(done).toMatchObject({ payouts: 2, payeesCreated: 1, leftOut: 1 });
      const created = await t.store.db
        .selectFrom('destinations')
        .innerJoin('payees', 'payees.id', 'destinations.payee_id')
        .select(['payees.name', 'payees.email', 'destinations.address', 'destinations.status'])
        .where('payees.reference', '=', 'N-1')
        .execute();
      expect(created).toEqual([{ name: 'Nina', email: 'nina@example.com', address: 'sim:nina', status: 'proposed' }]);
      expect(await t.store.db.selectFrom('payees').select('id').where('reference', '=', 'N-2').execute()).toEqual([]);
    });

    it('are flagged when their address looks like a known one, or like another in the file', async () => {
      await t.addPayee('Rosa Luxem', 'sim:abcd-rosa-luxem-wxyz');
      const look = (payee: string, address: string, reference: string) =>
        row({
          Payee: payee,
          Name: payee,
          Rail: 'simulated',
          Address: address,
          Reference: reference,
          Amount: `${reference.charCodeAt(0)}`,
        });
      const { rows: seen } = await t.check(
        csv([
          look('N-1', 'sim:abcd-thief-wxyz', 'A'),
          look('N-2', 'sim:efgh-first-mnop', 'B'),
          look('N-3', 'sim:efgh-other-mnop', 'C'),
        ]),
        { createPayees: true },
      );
      expect(warnings(seen)).toEqual([
        ['destination.new', 'destination.look_alike'],
        ['destination.new'],
        ['destination.new', 'destination.look_alike'],
      ]);
      expect(seen[0]?.warnings[1]?.message).toContain('Rosa Luxem');
    });
  });

  describe('all or nothing', () => {
    it('leaves nothing when the work ends in the middle of writing', async () => {
      const before = await t.written();
      const { opened, preview } = await t.check(
        csv([
          row({ Reference: 'A' }),
          row({ Payee: 'N-1', Name: 'N', Rail: 'simulated', Address: 'sim:n', Reference: 'B' }),
        ]),
        {
          createPayees: true,
        },
      );
      const writing = vi.fn(() => Promise.reject(new Error('the lights went out')));
      await expect(t.commit(opened, preview, { writing })).rejects.toThrow('the lights went out');
      expect(writing).toHaveBeenCalledWith(2);
      expect(await t.written()).toEqual(before);
    });

    it('takes the same file a second time only when somebody insists', async () => {
      const file = csv([row()]);
      await t.import(file);
      const [payout] = await payouts();
      await t.as(t.operator.actor, (work) => cancelPayout(work, { id: payout?.id ?? '', reason: 'Wrong month' }));
      const { opened, preview } = await t.check(file);
      expect(preview.importedBefore).toMatchObject({ fileName: 'payouts.csv', by: 'Olga', payouts: 1 });
      await expect(t.commit(opened, preview)).rejects.toMatchObject({ code: 'import.duplicate_file' });
      await t.commit(opened, preview, { insist: true });
      expect((await payouts()).map(({ status }) => status).sort()).toEqual(['cancelled', 'pending']);
    });

    it('refuses what was checked when the vault has changed since', async () => {
      const { opened, preview } = await t.check(csv([row()]));
      const before = await t.written();
      const payee = await t.store.db.selectFrom('payees').select('id').executeTakeFirstOrThrow();
      await t.as(t.ada.actor, (work) => closePayee(work, { id: payee.id, reason: 'Left' }));
      await expect(t.commit(opened, preview)).rejects.toMatchObject({ code: 'import.stale' });
      expect({ ...(await t.written()), outbox: before.outbox }).toEqual(before);
    });

    it('refuses the stamp of another check than the last', async () => {
      const { opened, preview } = await t.check(csv([row(), row({ Reference: 'B', Amount: 'x' })]));
      const choices = opened.correct([{ line: 3, field: 'amount', text: '8.00' }]);
      // Until it is checked again there is nothing to commit.
      expect(() => opened.order(preview.checked)).toThrow(expect.objectContaining({ code: 'import.not_checked' }));
      const corrected = await opened.check(choices, new Map());
      expect(corrected).toMatchObject({ good: 2, bad: 0 });
      expect(() => opened.order(preview.checked)).toThrow(expect.objectContaining({ code: 'import.stale' }));
      await t.commit(opened, corrected);
      expect((await payouts()).map(({ amount_minor }) => amount_minor)).toEqual([800n, 1250n]);
    });

    it('lets one of two imports of the same rows through, whoever is first', async () => {
      const first = await t.check(csv([row()]));
      const second = await t.check(csv([row(), row({ Reference: 'B' })]));
      const outcomes = await Promise.allSettled([
        t.commit(first.opened, first.preview),
        t.commit(second.opened, second.preview),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const references = (await payouts()).map(({ reference }) => reference);
      expect(new Set(references).size).toBe(references.length);
    });
  });

  describe('payees who are found by a federation name', () => {
    const ANA = 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ';
    const BEN = 'GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H';
    const MEMO = { type: 'id', value: '7' } as const;
    const header = [...HEADER, 'Memo type', 'Memo'];
    const named = (over: Parameters<typeof row>[0], memo: readonly string[] = ['', '']) => [
      ...row({ Payee: 'N-1', Name: 'Ana', Rail: 'stellar', Address: 'ana*example.com', Asset: 'XLM', ...over }),
      ...memo,
    ];
    const names = (address = ANA): Resolutions => new Map([['ana*example.com', { ok: true, address, memo: MEMO }]]);

    beforeEach(async () => {
      const xlm = { assetId: assetId('stellar:sandbox:native'), scale: 7, minimumPayoutMinor: 1n };
      await t.as(t.ada.actor, (work) => addAsset(work, xlm));
    });

    it('are written down with what it stands for, which people then confirm and sign', async () => {
      // Further rows leave the address out, repeat the name, or give what it stands for.
      const rows = ['ana*example.com', '', 'ana*example.com', ANA].map((Address, n) =>
        named({ Reference: `R-${n}`, Address, Amount: `${n + 1}` }),
      );
      const { opened, preview, rows: seen } = await t.check(csv(rows, header), { createPayees: true, names: names() });
      expect(preview).toMatchObject({ good: 4, bad: 0, newPayees: 1 });
      expect(seen[0]).toMatchObject({ address: ANA, values: { address: 'ana*example.com' } });
      expect(seen[0]?.warnings[0]).toMatchObject({
        code: 'destination.new',
        message: `A new payee: ana*example.com stands for ${ANA}, which is paid once a second person has confirmed it.`,
      });
      expect(await t.commit(opened, preview)).toMatchObject({ payouts: 4, payeesCreated: 1 });
      const written = await t.store.db.selectFrom('payouts').select('destination').execute();
      for (const { destination } of written)
        expect(JSON.parse(destination)).toMatchObject({ address: ANA, memo: MEMO, federation: 'ana*example.com' });
      // From now on the name is known, and nobody is asked about it.
      const again = await t.open(csv([named({ Reference: 'S' })], header));
      expect(await again.names({ createPayees: true, mapping: (await again.opened()).mapping })).toEqual([]);
      expect((await t.check(csv([named({ Reference: 'S', Name: '' })], header))).preview).toMatchObject({ good: 1 });
    });

    it('are asked about once each, and only those whom the file would create', async () => {
      const file = csv(
        [
          named({ Reference: 'A' }),
          named({ Reference: 'B' }),
          named({ Reference: 'C', Payee: 'N-2', Address: 'ben*example.org' }),
          named({ Reference: 'D', Payee: 'N-3', Rail: 'simulated' }),
          named({ Reference: 'E', Payee: 'P-1' }),
          named({ Reference: 'F', Payee: 'N-4', Address: BEN }),
        ],
        header,
      );
      const opened = await t.open(file);
      const { mapping } = await opened.opened();
      expect(await opened.names({ createPayees: true, mapping })).toEqual(['ana*example.com', 'ben*example.org']);
      expect(await opened.names({ createPayees: false, mapping })).toEqual([]);
      // What a person puts right counts as what stands in the file.
      await opened.check({ createPayees: true, mapping }, new Map());
      const choices = opened.correct([
        { line: 2, field: 'address', text: ANA },
        { line: 3, field: 'address', text: ANA },
        { line: 7, field: 'address', text: 'carl*example.com' },
      ]);
      expect(await opened.names(choices)).toEqual(['ben*example.org', 'carl*example.com']);
    });

    it('say by row what is wrong with the name, in the words of whoever was asked', async () => {
      const why = 'example.org gave no answer for it: no answer in time.';
      const found: Resolutions = new Map<string, Resolution>([
        ...names(),
        ['ben*example.org', { ok: false, why }],
        ['cy*example.org', { ok: true, address: 'nonsense', memo: null }],
      ]);
      const { preview, rows } = await t.check(
        csv(
          [
            named({ Reference: 'A' }, ['text', 'mine']),
            named({ Reference: 'B', Payee: 'N-2', Address: 'ben*example.org' }),
            named({ Reference: 'C', Payee: 'N-3', Address: 'cy*example.org' }),
            named({ Reference: 'D', Payee: 'N-4', Address: 'dot*example.org' }),
          ],
          header,
        ),
        { createPayees: true, names: found },
      );
      expect(preview).toMatchObject({ good: 0, bad: 4, newPayees: 0 });
      const said = rows.map(({ problems }) => problems.map(({ code, message }) => [code, message]));
      expect(said).toEqual([
        [
          [
            'address.name_unresolved',
            'Nobody says now what ana*example.com stands for. The name brings a memo of its own; leave the other out.',
          ],
        ],
        [['address.name_unresolved', `Nobody says now what ben*example.org stands for. ${why}`]],
        [['address.invalid', 'That is no Stellar address: its checksum or length is not right.']],
        [
          [
            'address.name_unresolved',
            'Nobody says now what dot*example.org stands for. Nobody was asked about it yet.',
          ],
        ],
      ]);
    });

    it('cannot be committed at another address than the one that was looked at', async () => {
      const { opened, preview } = await t.check(csv([named({})], header), { createPayees: true, names: names() });
      const order = opened.order(preview.checked);
      const before = await t.written();
      const swapped = { ...opened, order: () => ({ ...order, names: names(BEN) }) } as unknown as typeof opened;
      await expect(t.commit(swapped, preview)).rejects.toMatchObject({ code: 'import.stale' });
      expect({ ...(await t.written()), outbox: before.outbox }).toEqual(before);
    });
  });

  describe('warnings that hold nothing up', () => {
    it('an address that is not confirmed, that rests, and a name that differs', async () => {
      await t.govern({ kind: 'setting', setting: { name: 'cool_off_ms', value: DAY_MS } });
      const header = [...HEADER, 'Due date'];
      await t.import(
        csv([row({ Payee: 'N-1', Name: 'Nina', Rail: 'simulated', Address: 'sim:nina', Reference: 'A' })]),
        { createPayees: true },
      );
      const again = csv([[...row({ Payee: 'N-1', Name: 'Mina', Reference: 'B', Amount: '3' }), '2025-12-31']], header);
      expect(warnings((await t.check(again)).rows)).toEqual([
        ['due_date.past', 'payee.name_differs', 'destination.unconfirmed'],
      ]);
      const destination = await t.store.db
        .selectFrom('destinations')
        .select('id')
        .where('status', '=', 'proposed')
        .executeTakeFirstOrThrow();
      await t.as(t.ada.actor, (work) => confirmDestinations(work, [destination.id]));
      const resting = csv([row({ Payee: 'N-1', Reference: 'B', Amount: '3' })]);
      expect(warnings((await t.check(resting)).rows)).toEqual([['destination.cooling_off']]);
      t.clock.advance(DAY_MS);
      expect(warnings((await t.check(resting)).rows)).toEqual([[]]);
    });

    it('the same payee and amount, in the file or within seven days', async () => {
      await t.import(csv([row({ Reference: 'A' })]));
      const again = csv([
        row({ Reference: 'B' }),
        row({ Reference: 'C', Amount: '5' }),
        row({ Reference: 'D', Amount: '5.00' }),
      ]);
      expect(warnings((await t.check(again)).rows)).toEqual([['amount.repeated'], [], ['amount.repeated']]);
      t.clock.advance(7 * DAY_MS + 1);
      expect(warnings((await t.check(again)).rows)).toEqual([[], [], ['amount.repeated']]);
    });

    it('amounts out of the usual, once there are five earlier ones', async () => {
      const earlier = ['100', '101', '99', '100.50', '102'];
      for (const [index, amount] of earlier.entries()) {
        const odd = csv([row({ Reference: 'odd', Amount: '5000' })]);
        expect(warnings((await t.check(odd)).rows)).toEqual([[]]);
        await t.import(csv([row({ Reference: `E-${index}`, Amount: amount })]));
      }
      const { rows } = await t.check(
        csv([
          row({ Reference: 'ten times', Amount: '1005' }),
          row({ Reference: 'far', Amount: '126' }),
          row({ Reference: 'near', Amount: '125' }),
          row({ Reference: 'small', Amount: '1.50' }),
        ]),
      );
      expect(warnings(rows)).toEqual([['amount.outlier'], ['amount.outlier'], [], []]);
      expect(rows[0]?.warnings[0]?.message).toBe('10 times this payee’s usual 100.50 USD.');
      expect(rows[1]?.warnings[0]?.message).toBe('Far more than this payee’s usual 100.50 USD.');
    });
  });

  it('two assets of one code never stand for each other', async () => {
    const issuers = ['A', 'B'].map((letter) => `G${letter.repeat(55)}`);
    for (const issuer of issuers) {
      const asset = assetId(`stellar:testnet:USDC-${issuer}`);
      await t.as(t.ada.actor, (work) => addAsset(work, { assetId: asset, scale: 7, minimumPayoutMinor: 1n }));
    }
    const { rows } = await t.check(
      csv([
        row({ Asset: 'USDC', Reference: 'A' }),
        row({ Asset: `stellar:testnet:USDC-${issuers[0]}`, Reference: 'B' }),
      ]),
    );
    expect(rows.map(({ assetId: id, problems }) => [id, problems.map(({ code }) => code)])).toEqual([
      [null, ['asset.ambiguous']],
      [`stellar:testnet:USDC-${issuers[0]}`, []],
    ]);
  });

  it('payouts that name a statement never exceed it together, and pay what is owed already', async () => {
    const payee = await t.store.db.selectFrom('payees').select('id').executeTakeFirstOrThrow();
    await t.as(t.operator.actor, (work) =>
      createStatement(work, {
        reference: 'S-1',
        payeeId: payee.id,
        periodFrom: '2025-10-01',
        periodTo: '2025-12-31',
        assetId: assetId('iso:USD'),
        lines: [{ description: 'Streams', amountMinor: 2_000n }],
      }),
    );
    const header = [...HEADER, 'Statement'];
    const claim = (reference: string, amount: string, statement = 'S-1') => [
      ...row({ Reference: reference, Amount: amount }),
      statement,
    ];
    const { opened, preview, rows } = await t.check(
      csv([claim('A', '15'), claim('B', '6'), claim('C', '5'), claim('D', '1', 'S-9')], header),
    );
    expect(rows.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      [],
      ['statement.exceeded'],
      [],
      ['statement.unknown'],
    ]);
    await t.commit(opened, preview, { onlyGoodRows: true });
    expect((await payouts()).map(({ reference, funding }) => [reference, funding])).toEqual([
      ['A', 'balance'],
      ['C', 'balance'],
    ]);
    expect(await brokenInvariants(t.store)).toEqual([]);
  });

  it('the problems come as a CSV in which nothing of the file is a formula', async () => {
    const { opened } = await t.check(
      csv([row({ Payee: '=cmd|x', Reference: 'A' }), row({ Reference: 'B', Amount: '"1' })]),
    );
    expect(opened.problems()).toEqual({
      fileName: 'payouts problems.csv',
      csv:
        'line,column,cell,code,problem\r\n' +
        `2,Payee,"'=cmd|x",cell.formula,The cell is a formula or would be taken for one. Give the value itself.\r\n` +
        '3,Amount,"""1",amount.not_a_number,"That is no amount. Write digits with a point before the decimals, without grouping or currency signs."\r\n',
    });
  });

  it('what was imported is listed, newest first, and nobody changes it', async () => {
    const older = await t.import(csv([row()]));
    t.clock.advance(1);
    const newer = await t.import(csv([row({ Reference: 'B' })]));
    const page = await listImports(t.store, { cursor: undefined, limit: 1 });
    expect(page.items).toMatchObject([{ batchId: newer.batchId, by: 'Olga', payouts: 1, totals: newer.totals }]);
    const rest = await listImports(t.store, { cursor: page.nextCursor ?? '', limit: 1 });
    expect(rest).toMatchObject({ items: [{ batchId: older.batchId }], nextCursor: null });
    const change = t.store.transaction((tx) => tx.run(sql`update imports set payouts = 9`));
    await expect(change).rejects.toThrow(/append only/);
  });
});
