/** The server host and the command line over a shared database, as real processes. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallContext, EngineClient } from '../../main/engine/host.ts';
import { newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { countersign, errorLine, start } from '../main/cli/command.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

const PASSPHRASE = 'correct horse battery';
let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
});
afterAll(() => database.drop());

async function serve(): Promise<{ client: EngineClient; origin: string; stop(): Promise<number | null> }> {
  const child = start(['serve', '--database-url', database.url, '--port', '0', '--json']);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, origin } = JSON.parse(line) as { url: string; origin: string };
  const client = createORPCClient<EngineClient>(
    new RPCLink<CallContext>({
      url: `${origin}/rpc`,
      headers: ({ context }) => ({
        authorization: `Bearer ${new URL(url).hash.replace('#token=', '')}`,
        ...(context.session !== undefined && { 'x-countersign-session': context.session }),
      }),
    }),
  );
  return {
    client,
    origin,
    async stop() {
      child.kill('SIGTERM');
      const [exit] = (await once(child, 'exit')) as [number | null];
      return exit;
    },
  };
}

test('two servers share one treasury, and the command line proves it', async () => {
  const migrated = await countersign(['vault', 'migrate', '--database-url', database.url, '--json']);
  expect(migrated.stderr).toBe('');
  expect(JSON.parse(migrated.stdout)).toMatchObject({ migrated: [1] });

  const first = await serve();
  expect((await fetch(`${first.origin}/readyz`)).status).toBe(503);
  const credentials = await newCredentials(PASSPHRASE);
  const created = await first.client.vault.create({
    name: 'Acme',
    network: 'sandbox',
    founder: { name: 'Ada', credentials },
  });
  expect(created.recoveryCode).toBeNull();

  const second = await serve();
  expect((await fetch(`${second.origin}/readyz`)).status).toBe(200);
  const ada = await signInWith(second.client, 'Ada', PASSPHRASE);
  expect(ada.me.staffId).toBe(created.staffId);
  const destination = { rail: 'simulated', address: 'sim:ada' } as const;
  const payee = await second.client.payees.create(
    { reference: 'P-1', name: 'Payee', destination },
    { context: ada.context },
  );
  const adaThere = await signInWith(first.client, 'Ada', PASSPHRASE);
  expect(await first.client.payees.get({ id: payee.id }, { context: adaThere.context })).toMatchObject({
    name: 'Payee',
  });

  const chain = await countersign(['audit', 'verify', '--database-url', database.url, '--json']);
  expect({ exit: chain.exit, stderr: chain.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(chain.stdout)).toMatchObject({ valid: true, problem: null });
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
});

test('a database that is not there is one clear line, without its password', async () => {
  const url = new URL(database.url);
  url.port = '1';
  for (const command of [
    ['audit', 'verify'],
    ['vault', 'migrate'],
    ['serve', '--port', '0'],
  ]) {
    const ended = await countersign([...command, '--database-url', url.href]);
    expect(ended.exit).toBe(1);
    const line = errorLine(ended);
    expect(line).toContain('127.0.0.1:1');
    expect(line).not.toContain(url.password);
  }
});
