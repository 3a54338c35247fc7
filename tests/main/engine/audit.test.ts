import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../core/audit/checkpoints.ts';
import { verifyExport } from '../../../core/audit/verify-export.ts';
import { linesOf } from '../../../main/cli/read-lines.ts';
import type { Engine } from '../../../main/engine/host.ts';
import { signInWith } from '../../../main/signing/personal-desk.ts';
import { addPerson, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';

const engines: Engine[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function engineIn(folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))) {
  if (!folders.includes(folder)) folders.push(folder);
  const engine = await startEngine({
    target: { kind: 'folder', folder },
    backgroundJobs: false,
    version: '0.0.0-test',
  });
  engines.push(engine);
  return { folder, engine, client: engine.client };
}

describe('the audit log over the contract', () => {
  it('is exported into a file that proves itself, and the export is in the log', async () => {
    const { folder, client } = await engineIn();
    await foundVault(client);
    const { context } = await signIn(client, 'Ada');
    const exported = await client.audit.export({}, { context });
    expect(exported.file.startsWith(join(folder, 'exports'))).toBe(true);
    const proof = await verifyExport(linesOf(exported.file));
    expect(proof).toMatchObject({ valid: true, entries: exported.entries, head: exported.head });
    const { items, head } = await client.audit.list({ action: 'audit.export' }, { context });
    expect(items).toHaveLength(1);
    expect(items[0]?.details).toMatchObject({ sha256: exported.sha256, entries: exported.entries });
    expect(head.size).toBe(exported.entries + 1);
    await expect(client.audit.export({ fromSeq: 9_999 }, { context })).rejects.toMatchObject({
      code: 'audit.unknown_entry',
    });
  });

  it('gives a checkpoint that its own key has signed', async () => {
    const { client } = await engineIn();
    await foundVault(client);
    const { context } = await signIn(client, 'Ada');
    const { statement, signature, publicKey, size, head } = await client.audit.checkpoint(undefined, { context });
    expect(readCheckpoint({ statement, signature }, publicKey)).toMatchObject({ size, head });
    expect(await client.audit.verify(undefined, { context })).toMatchObject({ entries: size, head, publicKey });
    await client.desk.runJob({ name: 'checkpoint' }, { context });
    expect(await client.audit.verify(undefined, { context })).toMatchObject({ valid: true, checkpoints: 1 });
  });

  it('is exported and paged by those who may see all of it only', async () => {
    const { client } = await engineIn();
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    await addPerson(client, ada, 'Ben', ['operator']);
    const { context } = await signIn(client, 'Ben');
    const forbidden = { code: 'access.forbidden' };
    await expect(client.audit.export({}, { context })).rejects.toMatchObject(forbidden);
    await expect(client.audit.pages({}, { context })).rejects.toMatchObject(forbidden);
    await expect(client.audit.checkpoint(undefined, { context })).rejects.toMatchObject(forbidden);
    const seen = await client.audit.list({ action: 'session.' }, { context });
    expect(new Set(seen.items.map(({ actorName }) => actorName))).toEqual(new Set(['Ben']));
    expect((await client.audit.pages({}, { context: ada.context })).items.length).toBeGreaterThan(seen.items.length);
  });

  it('says on the overview that the clock is right', async () => {
    const { client } = await engineIn();
    await foundVault(client);
    const { context } = await signIn(client, 'Ada');
    expect(await client.desk.overview(undefined, { context })).toMatchObject({ clockBehindMs: 0 });
  });
});

describe('tries to open a vault that is closed', () => {
  const closedVault = async () => {
    const first = await engineIn();
    await foundVault(first.client, { name: 'Closed' });
    await first.engine.stop();
    engines.splice(0);
    return { ...(await engineIn(first.folder)), beside: join(first.folder, 'Closed.vault.failed-unlocks') };
  };

  it('are counted beside it without a name, and are in the log once it is open', async () => {
    const { client, beside } = await closedVault();
    for (const name of ['Ada', 'ADA', 'Mallory']) {
      await expect(signInWith(client, name, 'a wrong passphrase')).rejects.toMatchObject({
        code: 'vault.wrong_passphrase',
      });
    }
    expect(readFileSync(beside, 'utf8')).not.toMatch(/\bada\b|mallory/i);
    const { context, me } = await signIn(client, 'Ada');
    const { items } = await client.audit.list({ action: 'vault.failed_unlocks' }, { context });
    expect(items).toHaveLength(1);
    expect(items[0]?.details).toMatchObject({
      tries: 3,
      byName: [
        { staff: me.staffId, count: 2 },
        { staff: null, count: 1 },
      ],
    });
    expect(existsSync(beside)).toBe(false);
  });

  it('beside a file that somebody filled with something else do not keep it closed', async () => {
    const { client, beside } = await closedVault();
    writeFileSync(beside, '{"format":1,"tries":[{"tag":"x"');
    await expect(signInWith(client, 'Ada', 'a wrong passphrase')).rejects.toMatchObject({
      code: 'vault.wrong_passphrase',
    });
    writeFileSync(beside, 'x'.repeat(100_000));
    const { context } = await signIn(client, 'Ada');
    const { items } = await client.audit.list({ action: 'vault.failed_unlocks' }, { context });
    expect(items[0]?.details).toEqual({ unreadable: true });
    expect(existsSync(beside)).toBe(false);
  });
});
