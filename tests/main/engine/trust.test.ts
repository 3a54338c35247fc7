/** The chain of trust over a real vault file: who can open it, what it is held to, and the way back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { foundingText } from '../../../core/access/trust/founding-record.ts';
import { trustOf } from '../../../core/access/trust/trust.ts';
import { recoverySheet, sheetProofText } from '../../../core/canonical/recovery-sheet.ts';
import type { Keeper } from '../../../main/engine/keeper.ts';
import { signTerms } from '../../../main/signing/personal-desk.ts';
import { shippedMigrations } from '../../../main/store/shipped-migrations.ts';
import { openVault } from '../../../main/store/vault/open.ts';
import { newRecoveryCode } from '../../../main/store/vault/recovery-code.ts';
import { addPerson, cheapCredentials, foundVault, signIn } from '../../support/desk.ts';
import { inProcessEngine } from '../../support/in-process-engine.ts';

const folders: string[] = [];
const keepers: Keeper[] = [];

afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function treasury() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-trust-'));
  folders.push(folder);
  const file = join(folder, 'treasury.vault');
  const start = async () => {
    const engine = await inProcessEngine({ kind: 'file', file });
    keepers.push(engine.keeper);
    return engine;
  };
  const { keeper, client } = await start();
  const created = await foundVault(client);
  return { file, start, keeper, client, created, ada: await signIn(client, 'Ada') };
}

async function sheetOf(code: string) {
  const sheet = await recoverySheet(code);
  if (!sheet) throw new Error('Not a recovery code');
  const proof = async () => {
    const statedAtMs = Date.now();
    return { statedAtMs, signature: await sheet.sign(sheetProofText(statedAtMs)) };
  };
  return { ...sheet, proof };
}

describe('who is let in', () => {
  it('opens the vault from the moment the second admin signed, and no longer once they left', async () => {
    const { start, keeper, client, ada } = await treasury();
    await addPerson(client, ada, 'Ben', ['admin']);
    const ben = await signIn(client, 'Ben');
    const { terms, done } = await addPerson(client, ada, 'Cleo', ['approver']);
    expect(done).toBe(false);
    await expect(signIn(client, 'Cleo')).rejects.toMatchObject({ code: 'session.refused' });
    expect(await signTerms(client, ben, terms)).toMatchObject({ done: true });
    const cleo = await signIn(client, 'Cleo');
    expect(cleo.me.roles).toEqual(['approver']);
    await keeper.close();

    const again = await start();
    await signIn(again.client, 'Cleo');
    const leave = { kind: 'staff_leave', staffId: cleo.me.staffId, reason: 'Left.' } as const;
    const [adaAgain, benAgain] = [await signIn(again.client, 'Ada'), await signIn(again.client, 'Ben')];
    const cleoAgain = await signIn(again.client, 'Cleo');
    await signTerms(again.client, adaAgain, leave);
    expect(await signTerms(again.client, benAgain, leave)).toMatchObject({ done: true });
    const asks = again.client.session.me(undefined, { context: cleoAgain.context });
    await expect(asks).rejects.toMatchObject({ code: 'session.required' });
    await again.keeper.close();
    const last = await start();
    await expect(signIn(last.client, 'Cleo')).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
  });

  it('is signed out when their roles change, and has the new ones at the next sign-in', async () => {
    const { client, ada } = await treasury();
    await addPerson(client, ada, 'Cleo', ['approver']);
    const cleo = await signIn(client, 'Cleo');
    const { staffId } = cleo.me;
    await signTerms(client, ada, { kind: 'staff_roles', staffId, roles: ['auditor'], groups: [] });
    const asks = client.session.me(undefined, { context: cleo.context });
    await expect(asks).rejects.toMatchObject({ code: 'session.required' });
    expect((await signIn(client, 'Cleo')).me.roles).toEqual(['auditor']);
  });
});

describe('the founding', () => {
  it('is pinned in the keys file and in each person’s key, and is the one on the recovery sheet', async () => {
    const { client, created, ada, keeper, file } = await treasury();
    expect(ada.founding).toBe(created.foundingFingerprint);
    expect(await client.access.status(undefined, { context: ada.context })).toMatchObject({
      foundingFingerprint: created.foundingFingerprint,
      settingUp: true,
      problems: [],
    });
    await keeper.close();
    const vault = await openVault({
      file,
      unlock: { kind: 'recovery', code: created.recoveryCode },
      migrations: shippedMigrations,
      nowMs: Date.now(),
    });
    expect(vault.founding()).toBe(created.foundingFingerprint);
    await vault.close();
  });

  it('replaced behind the program’s back keeps the vault closed', async () => {
    const { start, created, keeper, file } = await treasury();
    await keeper.close();
    const vault = await openVault({
      file,
      unlock: { kind: 'recovery', code: created.recoveryCode },
      migrations: shippedMigrations,
      nowMs: Date.now(),
    });
    const { founding } = await trustOf(vault.writer);
    const other = foundingText({ ...founding, foundedAtMs: founding.foundedAtMs + 1 });
    await vault.writer.transaction(async (tx) => {
      await tx.run(sql`drop trigger trust_founding_no_update`);
      await tx.run(sql`update trust_founding set statement = ${other}, sealed_fingerprint = null`);
    });
    await vault.close();
    const again = await start();
    await expect(signIn(again.client, 'Ada')).rejects.toMatchObject({ code: 'trust.other_founding' });
    expect(await again.client.vault.status()).toMatchObject({ state: 'locked' });
  });
});

describe('the recovery sheet', () => {
  it('opens the vault and gives an admin who forgot everything a new key', async () => {
    const { start, client, created, ada, keeper } = await treasury();
    await signTerms(client, ada, { kind: 'setting', setting: { name: 'recovery_wait_ms', value: 0 } });
    await keeper.close();

    const engine = await start();
    const sheet = await sheetOf(created.recoveryCode);
    const opened = await engine.client.access.recoveryOpen({
      slotSecret: sheet.slotSecret,
      sheet: await sheet.proof(),
    });
    expect(opened).toMatchObject({
      foundingFingerprint: created.foundingFingerprint,
      admins: [{ id: ada.me.staffId, name: 'Ada' }],
      waitMs: 0,
    });
    const credentials = await cheapCredentials('ada remembers');
    const { statement } = await engine.client.access.recoveryPropose({
      sheet: await sheet.proof(),
      staffId: ada.me.staffId,
      credentials,
      reason: 'Forgot it.',
    });
    const signature = await sheet.sign(statement);
    expect(await engine.client.access.recoverySign({ statement, signature })).toMatchObject({ done: true });
    await expect(signIn(engine.client, 'Ada')).rejects.toMatchObject({ code: 'session.refused' });
    await engine.keeper.close();

    const last = await start();
    const secret = { slotSecret: credentials.slotSecret, signInProof: credentials.signInProof };
    const { me } = await last.client.session.signIn({ name: 'Ada', ...secret });
    expect(me).toMatchObject({ staffId: ada.me.staffId, publicKey: credentials.publicKey });
  });

  it('is a code that no other one is, and that does not sign in', async () => {
    const { start, keeper } = await treasury();
    await keeper.close();
    const engine = await start();
    const other = await sheetOf(newRecoveryCode());
    const opening = engine.client.access.recoveryOpen({ slotSecret: other.slotSecret, sheet: await other.proof() });
    await expect(opening).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
  });

  it('is replaced: the new code opens the vault, the old one no longer', async () => {
    const { start, client, created, ada, keeper } = await treasury();
    const { context } = ada;
    const next = await client.access.proposeRecoveryKey(undefined, { context });
    const signature = await ada.sign(next.statement);
    expect(await client.acts.sign({ statement: next.statement, signature }, { context })).toMatchObject({ done: true });
    await keeper.close();
    const engine = await start();
    const [old, fresh] = [await sheetOf(created.recoveryCode), await sheetOf(next.recoveryCode)];
    const opening = engine.client.access.recoveryOpen({ slotSecret: old.slotSecret, sheet: await old.proof() });
    await expect(opening).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
    expect(
      await engine.client.access.recoveryOpen({ slotSecret: fresh.slotSecret, sheet: await fresh.proof() }),
    ).toMatchObject({ admins: [{ name: 'Ada' }] });
  });
});
