import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withAuthenticator } from '../../../main/signing/authenticator.ts';
import { addPerson, foundVault, signIn } from '../../support/desk.ts';
import { type InProcessEngine, inProcessEngine } from '../../support/in-process-engine.ts';

let folder: string;
let engine: InProcessEngine;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = mkdtempSync(join(tmpdir(), 'countersign-authenticator-'));
  engine = await inProcessEngine({ kind: 'folder', folder });
});
afterEach(async () => {
  await engine.keeper.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

it('shows itself whenever its desk signs and the last time is nearly over, once for many at once', async () => {
  const { client } = engine;
  await foundVault(client);
  await addPerson(client, await signIn(client, 'Ada'), 'Ben', ['approver']);
  const desk = await withAuthenticator(client, await signIn(client, 'Ben'), 'ben says hello');
  const shown = async () => (await client.session.me(undefined, desk)).secondFactor.freshUntilMs;
  const first = await shown();
  await desk.sign('a text');
  expect(await shown()).toBe(first);

  vi.setSystemTime((first ?? 0) - 10_000);
  await Promise.all(Array.from({ length: 8 }, (_unused, n) => desk.sign(`text ${n}`)));
  expect(await shown()).toBe((first ?? 0) - 10_000 + 5 * 60_000);
});
