import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { addPerson, foundVault, signIn } from '../../support/desk.ts';
import { inProcessEngine } from '../../support/in-process-engine.ts';
import { scratchFolder } from '../../support/scratch.ts';

it('providers are read, paused and asked about by those who may, and by nobody while they want to be left alone', async () => {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-sync-'));
  const { keeper, client } = await inProcessEngine({ kind: 'folder', folder });
  onTestFinished(async () => {
    await keeper.close();
    rmSync(folder, { recursive: true });
  });
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Ben', ['approver']);
  const ben = await signIn(client, 'Ben');
  const statusOf = async (rail: string) => (await client.sync.status(undefined, ben)).find((one) => one.rail === rail);

  expect(await client.sync.runNow({ rail: 'simulated' }, ada)).toEqual({
    outcome: 'ok',
    summary: '0 records, 0 settled',
  });
  expect(await statusOf('simulated')).toMatchObject({ configured: true, health: 'ok', paused: null, dead: 0 });
  await client.sync.pause({ rail: 'simulated', reason: 'They move to another building.' }, ada);
  expect(await statusOf('simulated')).toMatchObject({ paused: { by: 'Ada' } });
  await client.sync.resume({ rail: 'simulated' }, ada);
  expect(await statusOf('simulated')).toMatchObject({ paused: null });

  expect(await statusOf('nowpayments')).toMatchObject({ configured: false, health: 'off' });
  await expect(client.sync.runNow({ rail: 'nowpayments' }, ada)).rejects.toMatchObject({ code: 'sync.not_set_up' });
  await expect(client.sync.runNow({ rail: 'simulated' }, ben)).rejects.toMatchObject({ code: 'access.forbidden' });
  await expect(client.sync.pause({ rail: 'simulated', reason: 'a doubt' }, ben)).rejects.toMatchObject({
    code: 'access.forbidden',
  });
  const { treasury } = keeper.require();
  await treasury.writer.transaction((tx) =>
    tx.run(
      sql`update provider_health set quiet_until_ms = ${BigInt(treasury.clock.nowMs() + 60_000)} where rail = 'simulated'`,
    ),
  );
  await expect(client.sync.runNow({ rail: 'simulated' }, ada)).rejects.toMatchObject({ code: 'sync.left_alone' });

  expect(await client.providerEvents.list({}, ben)).toEqual({ items: [], nextCursor: null });
  const unknown = { rail: 'simulated', eventId: 'evt/1?' } as const;
  await expect(client.providerEvents.get(unknown, ben)).rejects.toMatchObject({ code: 'provider_event.unknown' });
  await expect(client.providerEvents.retry(unknown, ada)).rejects.toMatchObject({ code: 'provider_event.unknown' });
  await expect(client.providerEvents.retry(unknown, ben)).rejects.toMatchObject({ code: 'access.forbidden' });
  expect(await client.providerEvents.retryAll({}, ada)).toEqual({ tried: 0, handled: 0, stopped: [], more: 0 });
  await expect(client.providerEvents.retryAll({}, ben)).rejects.toMatchObject({ code: 'access.forbidden' });
});
