/**
 * How the app is packed, proven twice: by electron-builder's own reading of the configuration, and
 * by packing a small app with it around a stand-in for Electron's binary.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import type { Configuration } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../../..');
const CONFIGURATION = path.join(ROOT, 'electron-builder.yml');

interface ConfigReader {
  getConfig(folder: string, file: string, options: null): Promise<Configuration>;
  validateConfiguration(configuration: Configuration, debugLogger: { isEnabled: boolean; add(): void }): Promise<void>;
}

// electron-builder's own reader and schema; it is a package of its own, found through the one we name.
const require = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config') as ConfigReader;
const validate = (configuration: Configuration) =>
  validateConfiguration(configuration, { isEnabled: false, add: () => undefined });

describe('the configuration', () => {
  let configuration: Configuration;

  beforeAll(async () => {
    configuration = await getConfig(ROOT, CONFIGURATION, null);
  });

  test('is one that electron-builder accepts, and it would notice another', async () => {
    await expect(validate(configuration)).resolves.toBeUndefined();
    await expect(validate({ ...configuration, electronFuse: {} } as Configuration)).rejects.toThrow('electronFuse');
  });

  test('turns off what would let others into the program, and on what keeps it whole', () => {
    expect(configuration.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(configuration).toMatchObject({
      asar: true,
      disableAsarIntegrity: false,
      asarUnpack: ['**/*.node'],
      npmRebuild: false,
      forceCodeSigning: true,
      publish: null,
    });
  });

  test('has targets for three systems, hardened where the system offers it', () => {
    const targets = (list: unknown) =>
      (list as { target: string; arch: string[] }[]).map(({ target, arch }) => [target, ...arch]);
    expect(targets(configuration.mac?.target)).toEqual([
      ['dmg', 'x64', 'arm64'],
      ['zip', 'x64', 'arm64'],
    ]);
    expect(targets(configuration.win?.target)).toEqual([['nsis', 'x64', 'arm64']]);
    expect(targets(configuration.linux?.target)).toEqual([
      ['AppImage', 'x64', 'arm64'],
      ['deb', 'x64', 'arm64'],
    ]);
    expect(configuration.mac?.hardenedRuntime).toBe(true);
    expect(configuration.nsis).toMatchObject({ perMachine: true, deleteAppDataOnUninstall: false });
  });
});

describe('a packed app', () => {
  let home: string;
  const unpacked = (...parts: string[]) => path.join(home, 'release/linux-unpacked', ...parts);

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'countersign-packed-'));
    const write = async (file: string, content: string | Buffer) => {
      await mkdir(path.dirname(path.join(home, file)), { recursive: true });
      await writeFile(path.join(home, file), content);
    };
    await cp(path.join(ROOT, 'package.json'), path.join(home, 'package.json'));
    for (const library of ['better-sqlite3', 'node-hid', 'pkg-prebuilds']) {
      const [from, to] = [ROOT, home].map((root) => path.join(root, 'node_modules', library));
      await cp(String(from), String(to), { recursive: true, dereference: true });
    }
    for (const file of ['main.js', 'engine-thread.js', 'device-process.js', 'preload.cjs']) {
      await write(`dist/desktop/${file}`, `// ${file}`);
    }
    await write('dist/renderer/index.html', '<!doctype html>');
    await write('dist/desktop/main.js.map', '{}');
    await write('node_modules/left-pad/index.js', '');
    await write('main/secret.ts', '');
    await write('.env', 'SECRET=1');
    // What stands in the real binary: the mark, a version, how many fuses, and how each is set.
    const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
    const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, 9]), Buffer.from('101111110')]);
    await write(
      'electron-dist/electron',
      Buffer.concat([Buffer.from('\u007fELF'), Buffer.alloc(64), wire, Buffer.alloc(64)]),
    );
    await write('electron-dist/version', '45.4.1');
    await mkdir(path.join(home, 'electron-dist/resources'));
    await chmod(path.join(home, 'electron-dist/electron'), 0o755);
    await promisify(execFile)(
      process.execPath,
      [
        path.join(ROOT, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'dir', '--x64', '--projectDir', home, '--config', CONFIGURATION],
        ...['-c.electronDist=electron-dist', '-c.electronVersion=45.4.1'],
      ],
      { cwd: home, timeout: 100_000 },
    );
  }, 120_000);

  afterAll(async () => rm(home, { recursive: true, force: true }));

  test('holds the bundles and the native modules of its own system, and nothing else', async () => {
    const files = await filesInAsar(unpacked('resources/app.asar'));
    const ours = files.filter((file) => !file.startsWith('node_modules/'));
    expect(ours).toEqual([
      'dist/desktop/device-process.js',
      'dist/desktop/engine-thread.js',
      'dist/desktop/main.js',
      'dist/desktop/preload.cjs',
      'dist/renderer/index.html',
      'package.json',
    ]);
    const libraries = files.filter((file) => file.startsWith('node_modules/'));
    expect(new Set(libraries.map((file) => file.split('/')[1]))).toEqual(
      new Set(['better-sqlite3', 'node-hid', 'pkg-prebuilds']),
    );
    expect(libraries.filter((file) => file.endsWith('.node'))).toEqual([
      'node_modules/better-sqlite3/prebuilds/linux-x64.node',
      'node_modules/node-hid/prebuilds/HID-linux-x64/node-napi-v4.node',
      'node_modules/node-hid/prebuilds/HID_hidraw-linux-x64/node-napi-v4.node',
    ]);
  });

  test('keeps the native modules as real files beside the archive', async () => {
    for (const file of [
      'better-sqlite3/prebuilds/linux-x64.node',
      'node-hid/prebuilds/HID_hidraw-linux-x64/node-napi-v4.node',
    ]) {
      const bytes = await readFile(unpacked('resources/app.asar.unpacked/node_modules', file));
      expect(bytes.subarray(1, 4).toString(), file).toBe('ELF');
    }
  });

  test('has its fuses blown in the binary itself', async () => {
    const wire = await getCurrentFuseWire(unpacked('countersign'));
    const { DISABLE, ENABLE } = FuseState;
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: DISABLE,
      [FuseV1Options.EnableCookieEncryption]: ENABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: DISABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLE,
    });
  });
});

interface AsarFolder {
  readonly files: Readonly<Record<string, AsarFolder | { readonly size: number }>>;
}

/** The archive begins with four sizes; the fourth is that of the JSON which names its files. */
async function filesInAsar(file: string): Promise<string[]> {
  const archive = await readFile(file);
  const header = JSON.parse(archive.subarray(16, 16 + archive.readUInt32LE(12)).toString('utf8')) as AsarFolder;
  const list = (folder: AsarFolder, prefix: string): string[] =>
    Object.entries(folder.files).flatMap(([name, entry]) =>
      'files' in entry ? list(entry, `${prefix}${name}/`) : [prefix + name],
    );
  return list(header, '').sort();
}
