import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeychain, type Keychain } from '../../../main/desktop/keychain.ts';
import { SafeStorageDouble } from '../../support/electron/system.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);

let home: string;
let folder: string;
let system: SafeStorageDouble;
let keychain: Keychain;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'countersign-keychain-'));
  folder = path.join(home, 'keychain');
  system = new SafeStorageDouble();
  keychain = createKeychain({ system, platform: 'linux', folder });
});

afterEach(async () => rm(home, { recursive: true, force: true }));

async function onlyFile(): Promise<string> {
  const [file, ...others] = await readdir(folder);
  if (file === undefined || others.length > 0) throw new Error('Expected exactly one file');
  return path.join(folder, file);
}

describe('a real keychain', () => {
  test('keeps a secret and gives it back, and forgets it', async () => {
    expect(await keychain.keep('vault_1', SECRET)).toBe(true);
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'found', secret: SECRET });
    expect(await keychain.recall('vault_2')).toEqual({ kind: 'absent' });
    await keychain.forget('vault_1');
    await keychain.forget('vault_1'); // twice is as good as once
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'absent' });
  });

  test('leaves neither the secret nor its name readable, for nobody else', async () => {
    await keychain.keep('vault_1', SECRET);
    const file = await onlyFile();
    const written = await readFile(file);
    expect(written.includes(Buffer.from(SECRET))).toBe(false);
    expect(written.includes(Buffer.from(SECRET).toString('base64'))).toBe(false);
    expect(file).not.toContain('vault_1');
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test('seals again when the system has changed its key', async () => {
    await keychain.keep('vault_1', SECRET);
    const before = await readFile(await onlyFile());
    system.rotateKey();
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'found', secret: SECRET });
    expect(await readFile(await onlyFile())).not.toEqual(before);
    expect((await system.decryptStringAsync(await readFile(await onlyFile()))).shouldReEncrypt).toBe(false);
  });

  test('says that a secret is sealed when the keychain was made anew, and keeps the file', async () => {
    await keychain.keep('vault_1', SECRET);
    system.forgetKeys();
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'sealed' });
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('says the same of a damaged file', async () => {
    await keychain.keep('vault_1', SECRET);
    await writeFile(await onlyFile(), 'damaged');
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'sealed' });
  });
});

describe('no real keychain', () => {
  test.each(['basic_text', 'unknown'] as const)(
    "exploit: Linux's %s counts as none, and nothing is written",
    async (backend) => {
      system.backend = backend;
      expect(await keychain.available()).toBe(false);
      expect(await keychain.keep('vault_1', SECRET)).toBe(false);
      await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  test('what a real one sealed is not unsealed by a lesser one', async () => {
    await keychain.keep('vault_1', SECRET);
    system.backend = 'basic_text';
    expect(await keychain.recall('vault_1')).toEqual({ kind: 'sealed' });
  });

  test('a system that has no encryption keeps nothing', async () => {
    system.available = false;
    expect(await keychain.keep('vault_1', SECRET)).toBe(false);
  });

  test('elsewhere the backend of Linux is not asked for', async () => {
    system.backend = 'basic_text'; // there is no such question on macOS
    const mac = createKeychain({ system, platform: 'darwin', folder });
    expect(await mac.keep('vault_1', SECRET)).toBe(true);
  });
});
