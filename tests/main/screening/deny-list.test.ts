import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StrKey } from '@stellar/stellar-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreeningSubject } from '../../../core/payees/screening.ts';
import { denyListScreening } from '../../../main/screening/deny-list.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-deny-list-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = { nowMs: () => 7 };
const ACCOUNT = 'GAAQEAZFU2RNV32SCAL5AMMUAVBM5UH6UXKXEUJDNMXMYUL6XODXPUZC';
/** One of the owners of that account. */
const MUXED = StrKey.encodeMed25519PublicKey(
  Buffer.concat([StrKey.decodeEd25519PublicKey(ACCOUNT), Buffer.alloc(8, 1)]),
);
const LIST = {
  list: 'Sanctions, week 38',
  names: ['José Muñoz-Pérez', 'ООО Ромашка', '***'],
  addresses: ['0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe', 'GABC', ACCOUNT],
};
const name = (text: string): ScreeningSubject => ({ kind: 'name', text });
const address = (text: string): ScreeningSubject => ({ kind: 'address', rail: 'stellar', text });

function listed(fileName: string, content: string | Buffer) {
  const file = join(folder, fileName);
  writeFileSync(file, content);
  return denyListScreening({ files: [join(folder, 'not-there.json'), file], clock });
}

describe('the deny-list', () => {
  it.each([
    ['as it is written', name('José Muñoz-Pérez'), 'José Muñoz-Pérez'],
    ['without accents, case and signs', name('  JOSE munoz perez '), 'José Muñoz-Pérez'],
    ['in another order of the words', name('Pérez Muñoz, José'), 'José Muñoz-Pérez'],
    ['in another script', name('ооо «ромашка»'), 'ООО Ромашка'],
    ['made of signs alone', name('***'), '***'],
    ['by an address', address('GABC'), 'GABC'],
    ['by the account behind a muxed address', address(MUXED), ACCOUNT],
    ['by hex in any case', address('0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae'), LIST.addresses[0]],
  ])('finds somebody %s', async (_how, subject, match) => {
    const [result] = await listed('list.json', JSON.stringify(LIST)).screen([subject]);
    expect(result).toEqual({
      status: 'hit',
      list: LIST.list,
      listHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      match,
      atMs: 7,
    });
  });

  it.each([
    ['part of a name', name('José Muñoz')],
    ['a name with one more word', name('José Muñoz Pérez Junior')],
    ['other signs', name('---')],
    ['an address in another case', address('gabc')],
    ['a name that is an address of the list', name('GABC')],
  ])('does not take %s for it', async (_what, subject) => {
    const [result] = await listed('list.json', JSON.stringify(LIST)).screen([subject]);
    expect(result).toMatchObject({ status: 'clear', match: null });
  });

  it('can be CSV, with a BOM, quotes and notes', async () => {
    const csv = '\ufefftype,value,note\nname,"Doe, John",since 2020\n\naddress,GABC,\n';
    const results = await listed('list.csv', csv).screen([name('John Doe'), address('GABC'), name('Jane Doe')]);
    expect(results.map(({ status, list }) => [status, list])).toEqual([
      ['hit', 'list.csv'],
      ['hit', 'list.csv'],
      ['clear', 'list.csv'],
    ]);
  });

  it('is read again when it changed, and its hash tells which it was', async () => {
    const port = listed('list.json', JSON.stringify(LIST));
    const [before] = await port.screen([name('Jane Doe')]);
    writeFileSync(join(folder, 'list.json'), JSON.stringify({ ...LIST, names: [...LIST.names, 'Jane Doe'] }));
    const [after] = await port.screen([name('Jane Doe')]);
    expect([before?.status, after?.status]).toEqual(['clear', 'hit']);
    expect(after?.listHash).not.toBe(before?.listHash);
  });

  it.each([
    ['is not there', null, ''],
    ['is no JSON', 'list.json', '{"names": ['],
    ['has a field nobody knows', 'list.json', '{"names": [], "nmaes": ["Jane Doe"]}'],
    ['has an empty entry', 'list.json', '{"names": [" "]}'],
    ['has another header', 'list.csv', 'kind,value\nname,Jane Doe\n'],
    ['has a type nobody knows', 'list.csv', 'type,value\nperson,Jane Doe\n'],
    ['is not UTF-8', 'list.csv', Buffer.from('type,value\nname,Jos\xe9\n', 'latin1')],
  ])('that %s makes everybody unknown, never clear', async (_what, fileName, content) => {
    const port =
      fileName === null ? denyListScreening({ files: [join(folder, 'gone.json')], clock }) : listed(fileName, content);
    const results = await port.screen([name('Jane Doe'), address('GABC')]);
    expect(results.map(({ status }) => status)).toEqual(['error', 'error']);
    expect(results[0]?.match).toMatch(/^The(re is no)? deny-list/);
  });
});
