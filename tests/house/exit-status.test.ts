import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const SCRIPT = `
  const { startPostgres } = await import('./tests/support/postgres.ts');
  await (await startPostgres()).stop();
  process.exitCode = 3;
`;

it('a run of the tests that fails says so to whoever started it, also after PostgreSQL was stopped', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 3 });
}, 60_000);
