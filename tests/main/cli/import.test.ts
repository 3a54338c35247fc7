import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { csv, row } from '../../support/import-files.ts';
import { countersign, errorLine } from './command.ts';
import { FOUNDER, type FoundedVault, foundedVault, PASSPHRASE } from './founded-vault.ts';

// Each call starts an engine, and some tests make several.
vi.setConfig({ testTimeout: 60_000 });

let on: FoundedVault;
let file: string;

beforeEach(async () => {
  on = await foundedVault();
  await on.vault.close();
  file = path.join(on.folder, 'march.csv');
});
afterEach(() => rmSync(on.folder, { recursive: true }));

const nina = { Payee: 'N-1', Name: 'Nina', Rail: 'simulated', Address: 'sim:nina' };

const importing = (...args: string[]) =>
  countersign(['import', file, '--vault', on.file, '--as', FOUNDER, '--passphrase-stdin', ...args], `${PASSPHRASE}\n`);
const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

test('a file is looked at, imported, and not imported again', async () => {
  writeFileSync(file, csv([row({ ...nina, Reference: 'A' }), row({ ...nina, Reference: 'B', Amount: '7' })]));
  const looked = await importing('--create-payees', '--preview', '--json');
  expect(looked).toMatchObject({ exit: 0, stderr: '' });
  expect(json(looked)).toMatchObject({ preview: { rows: 2, good: 2, bad: 0, newPayees: 1 }, problems: [], done: null });

  const done = await importing('--create-payees');
  expect(done).toMatchObject({ exit: 0, stderr: '' });
  expect(done.stdout).toMatch(
    /^Imported as imp_\w{25}: 2 payouts, 1 new payees\.\n {2}19\.50 USD \(iso:USD\) in 2 payouts\n$/,
  );

  const again = await importing('--create-payees', '--json');
  expect(again).toMatchObject({ exit: 1 });
  expect(json(again)).toMatchObject({
    preview: { bad: 2, problems: [{ code: 'reference.known', rows: 2 }] },
    done: null,
  });
});

test('bad rows are named by their line, and nothing is written unless the good ones are asked for', async () => {
  writeFileSync(file, csv([row({ ...nina, Reference: 'A' }), row({ ...nina, Reference: 'B', Amount: '-7' })]));
  const refused = await importing('--create-payees');
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toBe('Line 3, Amount: The amount is below zero. [amount.negative]\n');
  expect(refused.stdout).toContain('2 rows: 1 good, 1 bad');
  expect(refused.stdout).toContain('Nothing was written.');

  const good = await importing('--create-payees', '--only-good-rows', '--json');
  expect(good.exit).toBe(0);
  expect(json(good)).toMatchObject({
    problems: [{ line: 3, column: 'Amount', code: 'amount.negative' }],
    done: { payouts: 1, payeesCreated: 1, leftOut: 1 },
  });
});

test('a mapping says what the columns mean', async () => {
  writeFileSync(
    file,
    csv([['N-1', 'Nina', 'simulated', 'sim:nina', '5', 'A']], ['Wer', 'Name', 'Rail', 'Address', 'Wieviel', 'Wofür']),
  );
  expect(errorLine(await importing('--create-payees'))).toMatch(
    /^No column is matched with: payee, amount, asset, reference\. .*\[import\.mapping\]$/,
  );
  const mapping = path.join(on.folder, 'mapping.json');
  const columns = {
    payee: 'Wer',
    payeeName: 'Name',
    rail: 'Rail',
    address: 'Address',
    amount: 'Wieviel',
    reference: 'Wofür',
  };
  writeFileSync(mapping, JSON.stringify({ columns, constants: { asset: 'EUR' } }));
  const done = await importing('--create-payees', '--mapping', mapping, '--json');
  expect(json(done)).toMatchObject({ done: { totals: [{ assetId: 'iso:EUR', amountMinor: '500' }] } });

  writeFileSync(mapping, JSON.stringify({ columns, colour: 'blue' }));
  expect(await importing('--mapping', mapping)).toMatchObject({ exit: 2 });
});

test('what cannot be read or opened is one line', async () => {
  writeFileSync(file, Buffer.from('Payee,Amount\nJos\xe9,1\n', 'latin1'));
  const ended = await importing();
  expect(ended.exit).toBe(1);
  expect(errorLine(ended)).toMatch(/^Line 2: The file is not UTF-8 .*\[import\.unreadable\]$/);
  rmSync(file);
  expect(errorLine(await importing())).toBe(`No such file or folder ${file}`);
  writeFileSync(file, csv([row()]));
  const wrong = await countersign(
    ['import', file, '--vault', on.file, '--as', FOUNDER, '--passphrase-stdin'],
    'nonsense nonsense\n',
  );
  expect(errorLine(wrong)).toContain('[vault.wrong_passphrase]');
});
