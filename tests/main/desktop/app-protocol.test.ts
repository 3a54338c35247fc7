import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerRequest } from '../../../main/desktop/app-protocol.ts';
import { contentSecurityPolicy } from '../../../main/web/security-headers.ts';

let home: string;
let root: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'countersign-protocol-'));
  root = path.join(home, 'renderer');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(root, 'index.html'), '<h1>Desk</h1>');
  await writeFile(path.join(root, 'assets', 'index.js'), 'export {};');
  await writeFile(path.join(home, 'secret.txt'), 'SECRET');
  await mkdir(path.join(home, 'renderer-of-others'));
  await writeFile(path.join(home, 'renderer-of-others', 'secret.txt'), 'SECRET');
  await symlink(path.join(home, 'secret.txt'), path.join(root, 'link.txt'));
  await symlink(home, path.join(root, 'up'));
});

afterAll(async () => rm(home, { recursive: true, force: true }));

const get = (url: string) => answerRequest(root, { method: 'GET', url });

describe('app://countersign/', () => {
  test('serves the first page and its files, with their types and the security headers', async () => {
    const page = await get('app://countersign/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<h1>Desk</h1>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await get('app://countersign/assets/index.js?v=1#x');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  test('answers a question for the headers without the content', async () => {
    const answer = await answerRequest(root, { method: 'HEAD', url: 'app://countersign/' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test.each(['POST', 'PUT', 'DELETE'])('%s is refused', async (method) => {
    expect((await answerRequest(root, { method, url: 'app://countersign/' })).status).toBe(405);
  });

  test.each([
    ['two dots', 'app://countersign/../secret.txt'],
    ['encoded dots', 'app://countersign/%2e%2e/secret.txt'],
    ['an encoded slash', 'app://countersign/..%2fsecret.txt'],
    ['a doubly encoded slash', 'app://countersign/..%252fsecret.txt'],
    ['a backslash', String.raw`app://countersign/..\secret.txt`],
    ['an encoded backslash', 'app://countersign/..%5csecret.txt'],
    ['an absolute path', 'app://countersign//etc/passwd'],
    ['an encoded absolute path', 'app://countersign/%2fetc%2fpasswd'],
    ['a drive', 'app://countersign/c:/windows/win.ini'],
    ['a NUL', 'app://countersign/index.html%00.txt'],
    ['a symbolic link', 'app://countersign/link.txt'],
    ['a linked folder', 'app://countersign/up/secret.txt'],
    ['a sibling with the same beginning', 'app://countersign/..%2frenderer-of-others/secret.txt'],
    ['a malformed escape', 'app://countersign/%E0%A4%A'],
    ['a folder', 'app://countersign/assets'],
    ['another host', 'app://evil/index.html'],
  ])('exploit: %s leads out of the folder', async (_name, url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  });
});
