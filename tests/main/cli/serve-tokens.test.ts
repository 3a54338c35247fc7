/** `countersign serve` with the secret of service accounts in its environment. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countersign, start } from './command.ts';

const SECRET = 'the secret in use, of more than 32 bytes';
let folder: string;
let vault: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-tokens-'));
  const [file, key] = [path.join(folder, 'a.vault'), path.join(folder, 'machine.key')];
  const founding = ['--name', 'Acme', '--founder', 'Ada', '--machine-key', key, '--passphrase-stdin'];
  const made = await countersign(['vault', 'create', file, ...founding], 'correct horse battery\n');
  if (made.exit !== 0) throw new Error(made.stderr);
  vault = ['--vault', file, '--machine-key', key];
});
afterAll(() => rmSync(folder, { recursive: true }));

const serve = (env: NodeJS.ProcessEnv) => start(['serve', ...vault, '--port', '0', '--json'], env);

test('a secret that is too short keeps the server from starting, in one line that does not tell it', async () => {
  const child = serve({ BILLING_ADMIN_JWT_SECRET: 'short-and-guessed' });
  const [[exit], stderr] = await Promise.all([once(child, 'close'), text(child.stderr), text(child.stdout)]);
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^countersign: BILLING_ADMIN_JWT_SECRET is shorter than 32 bytes [^\n]+\n$/);
  expect(stderr).not.toContain('short-and-guessed');
});

test('a token is held against the secret and the audience that the server was started with', async () => {
  const token = await new SignJWT({ sub: 'billing', aud: 'treasury', exp: 4_000_000_000 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
  const reasons: unknown[] = [];
  for (const env of [
    { BILLING_ADMIN_JWT_SECRET: SECRET, COUNTERSIGN_JWT_AUDIENCE: 'treasury' },
    { BILLING_ADMIN_JWT_SECRET: SECRET },
    {},
  ]) {
    const child = serve(env);
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { origin } = JSON.parse(line) as { origin: string };
      const answer = await fetch(`${origin}/api/payouts`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(401);
      reasons.push(((await answer.json()) as { data: { because: string } }).data.because);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  expect(reasons).toEqual(['unknown_subject', 'aud', 'not_accepted_here']);
});
