import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { openSecrets, secretsForReading } from '../../../main/store/secrets/open-secrets.ts';
import { secretBox } from '../../../main/store/secrets/secret-box.ts';
import { openerOf } from '../../support/stores.ts';
import { asFounder, vaultDesk } from '../../support/vaults.ts';

const SECRET = Buffer.from('a secret of twenty-odd bytes');

describe('a box of secrets', () => {
  const box = secretBox(Buffer.alloc(32, 1));

  it('gives back what was put in, and never shows it', () => {
    const sealed = box.seal('totp:stf_ada', SECRET);
    expect(sealed).not.toContain(SECRET.toString('hex'));
    expect(Buffer.from(box.open('totp:stf_ada', sealed))).toEqual(SECRET);
    expect(Buffer.from(box.open('empty', box.seal('empty', new Uint8Array())))).toHaveLength(0);
    expect(box.seal('totp:stf_ada', SECRET), 'the same never looks the same').not.toBe(sealed);
  });

  it.each([
    ['put in the place of another', (sealed: string) => ['totp:stf_ben', sealed] as const],
    [
      'changed by a bit',
      (sealed: string) => ['totp:stf_ada', sealed.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))] as const,
    ],
    ['cut off', (sealed: string) => ['totp:stf_ada', sealed.slice(0, -2)] as const],
    ['replaced by nothing', () => ['totp:stf_ada', ''] as const],
    ['of another version', (sealed: string) => ['totp:stf_ada', `2${sealed.slice(1)}`] as const],
  ])('does not open a secret that was %s', (_what, change) => {
    const [purpose, sealed] = change(box.seal('totp:stf_ada', SECRET));
    expect(() => box.open(purpose, sealed)).toThrow(expect.objectContaining({ code: 'vault.secrets_key_wrong' }));
  });

  it('does not open with another key', () => {
    const sealed = secretBox(Buffer.alloc(32, 2)).seal('x', SECRET);
    expect(() => box.open('x', sealed)).toThrow(expect.objectContaining({ code: 'vault.secrets_key_wrong' }));
  });
});

describe('the key of a vault file’s secrets', () => {
  const desk = vaultDesk();

  it('is inside the file, and survives a new data key and a restart', async () => {
    const { vault } = await desk.create();
    const sealed = (await openSecrets(vault.writer, null)).seal('x', SECRET);
    await vault.rekey();
    expect(Buffer.from((await openSecrets(vault.writer, null)).open('x', sealed))).toEqual(SECRET);
    await vault.close();
    const again = await desk.open(vault.file, asFounder);
    expect(Buffer.from((await secretsForReading(again.writer, null)).open('x', sealed))).toEqual(SECRET);
  });

  it('that was replaced inside is said to be another one', async () => {
    const { vault } = await desk.create();
    const sealed = (await openSecrets(vault.writer, null)).seal('x', SECRET);
    await vault.writer.transaction((tx) => tx.run(sql`update secrets_key set key = ${'a'.repeat(64)}`));
    const box = await openSecrets(vault.writer, null);
    expect(() => box.open('x', sealed)).toThrow(expect.objectContaining({ code: 'vault.secrets_key_wrong' }));
  });
});

describe('the key of a shared database’s secrets', () => {
  const open = openerOf('postgres');
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'countersign-secrets-')));
    return folders.at(-1) ?? '';
  };

  it('is made once, in a file for its owner only, and never stands in the database', async () => {
    const store = await open();
    const file = join(folder(), 'a', 'secrets.key');
    const sealed = (await openSecrets(store, { file })).seal('x', SECRET);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [, key] = readFileSync(file, 'utf8').split('\n');
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const [row] = await store.db.selectFrom('secrets_key').selectAll().execute();
    expect(row).toEqual({ one: 1n, key: null, check_value: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(row?.check_value).not.toBe(key);
    expect(Buffer.from((await openSecrets(store, { file })).open('x', sealed))).toEqual(SECRET);
  });

  it('that is missing, somebody else’s, readable by others or no key is a clear refusal, and never made anew', async () => {
    const store = await open();
    const file = join(folder(), 'secrets.key');
    const sealed = (await openSecrets(store, { file })).seal('x', SECRET);
    const refused = async (code: string) => {
      for (const box of [await openSecrets(store, { file }), await secretsForReading(store, { file })]) {
        expect(() => box.open('x', sealed)).toThrow(expect.objectContaining({ code }));
        expect(() => box.seal('x', SECRET)).toThrow(expect.objectContaining({ code }));
      }
    };
    chmodSync(file, 0o644);
    await refused('vault.secrets_key_wrong');
    writeFileSync(file, 'countersign machine key 1\n'.concat('a'.repeat(64), '\n'));
    chmodSync(file, 0o600);
    await refused('vault.secrets_key_wrong');
    writeFileSync(file, `countersign secrets key 1\n${'a'.repeat(64)}\n`);
    await refused('vault.secrets_key_wrong');
    rmSync(file);
    await refused('vault.secrets_key_missing');
    expect(existsSync(file)).toBe(false);
  });

  it('is one for servers that start together', async () => {
    const store = await open();
    const file = join(folder(), 'secrets.key');
    const boxes = await Promise.all(Array.from({ length: 4 }, () => openSecrets(store, { file })));
    const sealed = boxes[0]?.seal('x', SECRET) ?? '';
    for (const box of boxes) expect(Buffer.from(box.open('x', sealed))).toEqual(SECRET);
  });
});
