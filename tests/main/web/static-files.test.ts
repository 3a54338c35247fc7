import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mimeType, readStaticFile, resolveWithin } from '../../../main/web/static-files.ts';

const ROOT = '/srv/renderer';

describe('the path of a URL', () => {
  test.each([
    ['/', ROOT],
    ['/index.html', `${ROOT}/index.html`],
    ['/assets/app-1a2b.js', `${ROOT}/assets/app-1a2b.js`],
    ['/assets/a%20b.css', `${ROOT}/assets/a b.css`],
    ['//assets///x.js', `${ROOT}/assets/x.js`],
  ])('%s names a file inside', (urlPath, file) => {
    expect(resolveWithin(ROOT, urlPath)).toBe(file);
  });

  test.each([
    ['parent', '/../etc/passwd'],
    ['parent, deeper', '/assets/../../etc/passwd'],
    ['parent that stays inside', '/assets/../index.html'],
    ['encoded parent', '/%2e%2e/etc/passwd'],
    ['encoded separator', '/..%2fetc/passwd'],
    ['encoded twice', '/%252e%252e/etc/passwd'],
    ['backslash', '/..\\etc\\passwd'],
    ['encoded backslash', '/%5c..%5cetc'],
    ['drive letter', '/C:/Windows/win.ini'],
    ['alternate data stream', '/index.html::$DATA'],
    ['NUL', '/index.html%00.png'],
    ['line break', '/index.html%0a'],
    ['malformed escape', '/%zz'],
    ['overlong UTF-8', '/%c0%ae%c0%ae/etc/passwd'],
    ['trailing dots, which Windows drops', '/.../x'],
    ['no leading slash', 'etc/passwd'],
    ['empty', ''],
  ])('is refused: %s', (_name, urlPath) => {
    expect(resolveWithin(ROOT, urlPath)).toBeNull();
  });

  test('a sibling folder with the same beginning is outside', () => {
    expect(resolveWithin(ROOT, '/../renderer-secret/x')).toBeNull();
  });
});

describe('reading', () => {
  let folder: string;
  let root: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'static-files-'));
    root = path.join(folder, 'renderer');
    await mkdir(path.join(root, 'assets'), { recursive: true });
    await writeFile(path.join(root, 'index.html'), '<!doctype html>');
    await writeFile(path.join(root, 'assets', 'app-1a2b.js'), 'export {}');
    await writeFile(path.join(folder, 'secret.txt'), 'secret');
    await symlink(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
    await symlink(folder, path.join(root, 'out'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  test('the root is the first page', async () => {
    const file = await readStaticFile(root, '/');
    expect(file?.body.toString()).toBe('<!doctype html>');
    expect(file).toMatchObject({ type: 'text/html; charset=utf-8', immutable: false });
  });

  test('hashed assets may be kept', async () => {
    expect(await readStaticFile(root, '/assets/app-1a2b.js')).toMatchObject({ immutable: true });
  });

  test.each(['/link.txt', '/out/secret.txt', '/out', '/assets', '/absent.js', '/index.html/x', `/${'x'.repeat(5000)}`])(
    'gives nothing for %s',
    async (urlPath) => {
      expect(await readStaticFile(root, urlPath)).toBeNull();
    },
  );
});

test('an unknown type is only bytes', () => {
  expect(mimeType('a.HTML')).toBe('text/html; charset=utf-8');
  expect(mimeType('a.woff2')).toBe('font/woff2');
  expect(mimeType('a.exe')).toBe('application/octet-stream');
  expect(mimeType('none')).toBe('application/octet-stream');
});
