import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traverseContractProcedures } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contract, type ProcedureMeta } from '../../../core/contract/index.ts';
import { type Authenticator, scanned } from '../../../main/signing/authenticator.ts';
import { newCredentials, type SignedInDesk, stretch } from '../../../main/signing/personal-desk.ts';
import { CHEAP_KDF, foundVault, signIn } from '../../support/desk.ts';
import { type InProcessEngine, inProcessEngine } from '../../support/in-process-engine.ts';

const MINUTE_MS = 60_000;
const UNSIGNED = { statement: '{}', signature: '00'.repeat(64) };
const required = (enrolled: boolean) =>
  expect.objectContaining({ code: 'session.second_factor_required', data: { enrolled } });
/** What is refused for what it says, and no more for want of a second factor. */
const letThrough = expect.objectContaining({ code: 'act.invalid' });

let folder: string;
let engine: InProcessEngine;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = mkdtempSync(join(tmpdir(), 'countersign-factor-'));
  engine = await inProcessEngine({ kind: 'folder', folder });
});
afterEach(async () => {
  await engine.keeper.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function proofOf(desk: SignedInDesk): Promise<string> {
  const { kdf } = await engine.client.session.parameters({ name: desk.me.name });
  return (await stretch(`${desk.me.name.toLowerCase()} says hello`, kdf)).signInProof;
}

async function enrol(desk: SignedInDesk): Promise<{ app: Authenticator; recoveryCodes: string[] }> {
  const { client } = engine;
  const { context } = desk;
  const { uri } = await client.secondFactor.begin({ signInProof: await proofOf(desk) }, { context });
  const app = scanned(uri);
  const { recoveryCodes } = await client.secondFactor.confirm({ code: app.code(Date.now()) }, { context });
  return { app, recoveryCodes };
}

const sign = ({ context }: SignedInDesk) => engine.client.acts.sign(UNSIGNED, { context });
const show = ({ context }: SignedInDesk, code: string) => engine.client.session.showSecondFactor({ code }, { context });

describe('the second factor', () => {
  it('is asked for by everything that approves or signs, and by nothing that only looks', () => {
    const asked: string[] = [];
    traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
      const meta = procedure['~orpc'].meta as ProcedureMeta;
      if (meta.secondFactor) asked.push(path.join('.'));
      if (meta.secondFactor) expect(meta.audit, path.join('.')).not.toBeNull();
    });
    expect(asked).toEqual(
      expect.arrayContaining(['acts.sign', 'approvals.give', 'payouts.resolve', 'secondFactor.renewRecoveryCodes']),
    );
  });

  it('is needed in a live vault: who has none is told so', async () => {
    await foundVault(engine.client, { network: 'live' });
    const ada = await signIn(engine.client, 'Ada');
    await expect(sign(ada)).rejects.toEqual(required(false));
    await enrol(ada);
    await expect(sign(ada)).rejects.toEqual(letThrough);
  });

  it('is not needed in a sandbox, and asked of whoever enrolled there all the same', async () => {
    await foundVault(engine.client);
    const ada = await signIn(engine.client, 'Ada');
    await expect(sign(ada)).rejects.toEqual(letThrough);
    const { app } = await enrol(ada);
    await expect(sign(ada)).rejects.toEqual(letThrough);

    const again = await signIn(engine.client, 'Ada');
    expect(again.me.secondFactor).toEqual({ enrolled: true, freshUntilMs: null, recoveryCodesLeft: 10 });
    await expect(sign(again)).rejects.toEqual(required(true));
    later(MINUTE_MS);
    const { freshUntilMs } = await show(again, app.code(Date.now()));
    expect(freshUntilMs).toBe(Date.now() + 5 * MINUTE_MS);
    await expect(sign(again)).rejects.toEqual(letThrough);
  });

  it('is shown once for everything that is signed within five minutes, and then again', async () => {
    await foundVault(engine.client);
    const ada = await signIn(engine.client, 'Ada');
    const { app } = await enrol(ada);
    later(5 * MINUTE_MS - 1);
    await expect(sign(ada)).rejects.toEqual(letThrough);
    later(1);
    await expect(sign(ada)).rejects.toEqual(required(true));
    await show(ada, app.code(Date.now()));
    await expect(sign(ada)).rejects.toEqual(letThrough);
  });

  it('counts for the session it was shown in, and for no other of the same person', async () => {
    await foundVault(engine.client);
    const ada = await signIn(engine.client, 'Ada');
    await enrol(ada);
    const other = await signIn(engine.client, 'Ada');
    await expect(sign(other)).rejects.toEqual(required(true));
    await expect(sign(ada)).rejects.toEqual(letThrough);
  });

  it('is replaced by whoever shows it, or a recovery code, and by nobody else', async () => {
    await foundVault(engine.client);
    const ada = await signIn(engine.client, 'Ada');
    const { recoveryCodes } = await enrol(ada);
    const thief = await signIn(engine.client, 'Ada');
    const begin = { signInProof: await proofOf(ada) };
    await expect(engine.client.secondFactor.begin(begin, { context: thief.context })).rejects.toEqual(required(true));
    await show(thief, recoveryCodes[0] ?? '');
    await expect(enrol(thief)).resolves.toMatchObject({ recoveryCodes: { length: 10 } });
  });

  it('is guessed at slowly, and each wrong code is in the audit log', async () => {
    await foundVault(engine.client);
    const ada = await signIn(engine.client, 'Ada');
    const { app } = await enrol(ada);
    later(MINUTE_MS);
    const wrong = app.code(Date.now()) === '123456' ? '654321' : '123456';
    for (let tries = 0; tries < 3; tries++) {
      await expect(show(ada, wrong)).rejects.toMatchObject({ code: 'second_factor.refused' });
    }
    const slowed = { code: 'second_factor.slowed', data: { waitMs: 1_000 } };
    await expect(show(ada, app.code(Date.now()))).rejects.toMatchObject(slowed);
    later(1_000);
    await show(ada, app.code(Date.now()));
    const { items } = await engine.client.audit.list({ limit: 20 }, { context: ada.context });
    const shown = items.filter(({ action }) => action === 'session.second_factor').map(({ outcome }) => outcome);
    expect(shown).toEqual(['done', 'refused', 'refused', 'refused', 'refused']);
    expect(JSON.stringify(items)).not.toContain(wrong);
  });
});

describe('sessions', () => {
  it('are listed: one’s own for everybody, all of them for admins', async () => {
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const { context } = ada;
    const from = { session: context.session, ip: '10.1.2.3', userAgent: 'Firefox' };
    await client.session.me(undefined, { context: from });
    const [own] = await client.session.list(undefined, { context });
    expect(own).toMatchObject({ name: 'Ada', host: 'server', own: true, secondFactorAtMs: null });
    expect(JSON.stringify(own)).not.toContain(context.session);
    const second = await signIn(client, 'Ada');
    const listed = await client.session.list(undefined, { context: second.context });
    expect(listed.map((session) => session.own)).toEqual([false, true]);
  });

  it('are ended by their person, with what is streamed to them', async () => {
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const lost = await signIn(client, 'Ada');
    const changes = await client.desk.changes(undefined, { context: lost.context });
    const next = changes.next();
    const other = (await client.session.list(undefined, ada)).find(({ own }) => !own);
    await client.session.end({ id: other?.id ?? '' }, ada);
    expect(await next).toMatchObject({ done: true });
    await expect(client.session.me(undefined, lost)).rejects.toMatchObject({ code: 'session.required' });
    await expect(client.session.me(undefined, ada)).resolves.toMatchObject({ name: 'Ada' });
    const again = client.session.end({ id: other?.id ?? '' }, ada);
    await expect(again).rejects.toMatchObject({ code: 'session.unknown' });
  });

  it('of a person all end when their passphrase changes, but the one that changes it', async () => {
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const thief = await signIn(client, 'Ada');
    const changes = await client.desk.changes(undefined, thief);
    const ended = (async () => {
      for await (const _change of changes);
      return 'ended';
    })();
    const salt = '11'.repeat(16);
    const credentials = { ...(await newCredentials('new words', { ...CHEAP_KDF, salt })), publicKey: ada.me.publicKey };
    await client.session.changePassphrase({ signInProof: await proofOf(ada), credentials }, ada);
    await expect(client.session.me(undefined, thief)).rejects.toMatchObject({ code: 'session.required' });
    expect(await ended).toBe('ended');
    await expect(client.session.me(undefined, ada)).resolves.toMatchObject({ name: 'Ada' });
    await engine.keeper.endStaleSessions();
    await expect(client.session.me(undefined, ada)).resolves.toMatchObject({ name: 'Ada' });
  });

  it('go on when changing the passphrase was refused, and end with the next change all the same', async () => {
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const salt = '11'.repeat(16);
    const credentials = { ...(await newCredentials('new words', { ...CHEAP_KDF, salt })), publicKey: ada.me.publicKey };
    const wrong = client.session.changePassphrase({ signInProof: '00'.repeat(32), credentials }, ada);
    await expect(wrong).rejects.toMatchObject({ code: 'session.refused' });
    const other = await signIn(client, 'Ada');
    await client.session.changePassphrase({ signInProof: await proofOf(ada), credentials }, other);
    await expect(client.session.me(undefined, ada)).rejects.toMatchObject({ code: 'session.required' });
  });

  it('that lie idle end, with what is streamed to them, while the vault stays open and its jobs go on', async () => {
    const { client, keeper } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const changes = await client.desk.changes(undefined, ada);
    const next = changes.next();
    later(15 * MINUTE_MS);
    await keeper.endStaleSessions();
    expect(keeper.sessions.save()).toHaveLength(1);
    later(1);
    await keeper.endStaleSessions();
    expect(await next).toMatchObject({ done: true });
    expect(keeper.sessions.save()).toHaveLength(0);
    await expect(client.session.me(undefined, ada)).rejects.toMatchObject({ code: 'session.required' });
    expect(await client.vault.status()).toMatchObject({ state: 'open' });
    expect(await keeper.require().jobs.runNow('sync-simulated')).toMatchObject({ outcome: 'ok' });
  });

  it('begin by saying when the last one began, and who failed since: also in the audit log', async () => {
    const { client } = engine;
    await foundVault(client);
    await signIn(client, 'Ada');
    const guess = { name: 'ada', slotSecret: '00'.repeat(32), signInProof: '00'.repeat(32) };
    const from = { ip: '10.9.9.9', userAgent: 'curl/8' };
    await expect(client.session.signIn(guess, { context: from })).rejects.toMatchObject({ code: 'session.refused' });
    const typo = { ...guess, name: 'correct horse battery' };
    await expect(client.session.signIn(typo, { context: from })).rejects.toMatchObject({ code: 'session.refused' });
    const { kdf } = await client.session.parameters({ name: 'Ada' });
    const { slotSecret, signInProof } = await stretch('ada says hello', kdf);
    const { before, me, token } = await client.session.signIn({ name: 'Ada', slotSecret, signInProof });
    expect(before).toMatchObject({ atMs: expect.any(Number), host: 'server', failedTries: 1 });

    const { items } = await client.audit.list({ limit: 20 }, { context: { session: token } });
    const failed = items.filter(({ action, outcome }) => action === 'session.sign_in' && outcome === 'refused');
    expect(failed.map(({ details }) => details.data)).toEqual([{ staffId: null }, { staffId: me.staffId }]);
    expect(failed[0]).toMatchObject({ host: 'server', ip: '10.9.9.9', userAgent: 'curl/8' });
    expect(JSON.stringify(items)).not.toContain('correct horse');
  });

  it('are refused slowly once too many failed, also by an engine that was started anew', async () => {
    const { client } = engine;
    await foundVault(client);
    const guess = { name: 'Ada', slotSecret: '00'.repeat(32), signInProof: '00'.repeat(32) };
    for (let tries = 0; tries < 3; tries++) {
      await expect(client.session.signIn(guess)).rejects.toMatchObject({ code: 'session.refused' });
    }
    await expect(client.session.signIn(guess)).rejects.toMatchObject({ code: 'session.slowed' });
    later(1_000);
    const desk = await signIn(client, 'Ada');
    expect(desk.me.name).toBe('Ada');
  });
});
