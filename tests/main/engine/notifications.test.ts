import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../main/engine/host.ts';
import { addPerson, eventually, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), 'countersign-notified-'));

beforeAll(async () => {
  engine = await startEngine({ target: { kind: 'folder', folder }, backgroundJobs: true, version: '0.0.0-test' });
  await foundVault(engine.client);
}, 30_000);
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

describe('notifications over the contract', () => {
  it('come by themselves after a commit, are each person’s own, and windows are told', async () => {
    const { client } = engine;
    const ada = await signIn(client, 'Ada');
    await addPerson(client, ada, 'Olga', ['operator']);
    const olga = await signIn(client, 'Olga');
    const unread = (who: typeof ada) => client.notifications.unread(undefined, { context: who.context });
    const before = (await unread(ada)).count;
    const abort = new AbortController();
    const changes = await client.desk.changes(undefined, { context: ada.context, signal: abort.signal });
    const heard = (async () => {
      for await (const { name } of changes) if (name === 'notifications.written') return true;
      return false;
    })();
    await client.freezes.freeze({ scope: 'vault', target: '', reason: 'Odd numbers' }, { context: olga.context });
    const told = await eventually(
      () => unread(ada),
      ({ count }) => count > before,
    );
    expect(told.desktop[0]).toMatchObject({
      title: 'All payments are frozen',
      text: 'Olga · Odd numbers',
      urgent: true,
    });
    expect(await heard).toBe(true);
    abort.abort();

    const list = async (who: typeof ada) =>
      (await client.notifications.list({ unread: true }, { context: who.context })).items;
    const adas = await list(ada);
    expect((await list(olga)).map(({ kind }) => kind)).not.toContain('freeze.set');
    const ids = adas.map(({ id }) => id);
    expect(await client.notifications.markRead({ ids }, { context: olga.context })).toEqual({ changed: 0 });
    expect(await client.notifications.markRead({}, { context: ada.context })).toEqual({ changed: ids.length });
    expect(await unread(ada)).toMatchObject({ count: 0, desktop: [] });
  });

  it('and whom mail and events go to are for those whose office it is', async () => {
    const { client } = engine;
    const [ada, olga] = [await signIn(client, 'Ada'), await signIn(client, 'Olga')];
    const forbidden = { code: 'access.forbidden' };
    await expect(client.mails.settings(undefined, { context: olga.context })).rejects.toMatchObject(forbidden);
    await expect(client.mails.list({}, { context: olga.context })).rejects.toMatchObject(forbidden);
    await expect(client.webhookEndpoints.list(undefined, { context: olga.context })).rejects.toMatchObject(forbidden);
    const wish = { url: 'http://127.0.0.1:9/in', events: ['payout.*'], description: 'Books' };
    await expect(client.webhookEndpoints.propose(wish, { context: olga.context })).rejects.toMatchObject(forbidden);
    await expect(client.mails.test({ to: 'ada@example.org' }, { context: ada.context })).rejects.toMatchObject({
      code: 'mail.not_configured',
    });
    const settings = await client.mails.configure(
      {
        server: {
          host: 'localhost',
          port: 9,
          security: 'none',
          user: 'ada',
          from: 'treasury@example.org',
          fromName: '',
        },
        password: 'correct horse',
        remittance: { way: 'off', language: 'en', replyTo: null },
      },
      { context: ada.context },
    );
    expect(settings).toMatchObject({ passwordSet: true });
    expect(JSON.stringify(settings)).not.toContain('horse');
    // Nobody listens there: what the way to it said is what one is told.
    expect(await client.mails.test({ to: 'ada@example.org' }, { context: ada.context })).toMatchObject({
      accepted: false,
      answer: expect.stringContaining('ECONNREFUSED'),
    });
    for (const events of [['payout'], ['*.failed'], []])
      await expect(
        client.webhookEndpoints.propose({ ...wish, events }, { context: ada.context }),
      ).rejects.toMatchObject({
        code: 'input.invalid',
      });
  });
});
