import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../main/engine/host.ts';
import { signInWith } from '../../../main/signing/personal-desk.ts';
import {
  addPerson,
  approveAs,
  changePassphraseOf,
  confirmPayee,
  eventually,
  foundVault,
  signIn,
} from '../../support/desk.ts';
import { killEngineThread } from '../../support/engine-thread.ts';
import { startEngine } from '../../support/program.ts';

const engines: Engine[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-engine-'));
  folders.push(folder);
  return folder;
}

async function engineOn(
  folder: string,
  options: { onCrash?: (error: Error) => void; backgroundJobs?: boolean } = {},
): Promise<Engine> {
  const { onCrash = () => undefined, backgroundJobs = true } = options;
  const engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs, version: '0.0.0-test' },
    { onCrash },
  );
  engines.push(engine);
  return engine;
}

async function treasuryWithRequest(engine: Engine) {
  const { client } = engine;
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Ben', ['approver']);
  const { context } = ada;
  await client.desk.fund({ assetId: 'iso:USD', amountMinor: '1000000', idempotencyKey: 'first' }, { context });
  const payee = await client.payees.create(
    { reference: 'P-1', name: 'Carla Marín', destination: { rail: 'simulated', address: 'sim:carla' } },
    { context },
  );
  await confirmPayee(client, await signIn(client, 'Ben'), payee);
  const payout = await client.payouts.request(
    {
      reference: 'INV-77',
      payeeId: payee.id,
      destinationId: payee.destinations[0]?.id ?? '',
      assetId: 'iso:USD',
      amountMinor: '50000',
      idempotencyKey: 'request-1',
    },
    { context },
  );
  return { ada, payee, payout };
}

describe('the engine', () => {
  it('takes one payout from request to settled, and the audit chain proves it', async () => {
    const engine = await engineOn(newFolder());
    const { client } = engine;
    const { ada, payout } = await treasuryWithRequest(engine);
    const own = approveAs(client, ada, payout.id);
    await expect(own).rejects.toMatchObject({ defined: true, code: 'approval.own_act' });

    const ben = await signIn(client, 'Ben');
    expect(await approveAs(client, ben, payout.id)).toMatchObject({ status: 'approved' });
    const { context } = ada;
    const done = await eventually(
      () => client.payouts.get({ id: payout.id }, { context }),
      (now) => now.settled,
    );
    expect(done).toMatchObject({ status: 'completed' });
    expect(done.timeline.map((entry) => `${entry.action} ${entry.outcome}`)).toEqual([
      'payout.request done',
      'payout.approve done',
      'payout.approve done',
      'payout.start done',
      'payout.complete done',
      'payout.settle done',
    ]);
    expect(await client.audit.verify(undefined, { context })).toMatchObject({ valid: true, problem: null });
    const books = await client.ledger.trialBalance(undefined, { context });
    expect(books).toMatchObject({ totals: [{ assetId: 'iso:USD', sumMinor: '0' }], drift: [] });
    expect(await client.vault.verify(undefined, { context })).toMatchObject({ ok: true, problems: [] });
  });

  it('tells windows what was committed', async () => {
    const engine = await engineOn(newFolder());
    const { client } = engine;
    await foundVault(client);
    const { context } = await signIn(client, 'Ada');
    const changes = await client.desk.changes(undefined, { context });
    const first = changes.next();
    await client.desk.fund({ assetId: 'iso:USD', amountMinor: '5', idempotencyKey: 'k' }, { context });
    expect((await first).value).toMatchObject({ name: 'treasury.funded', subject: 'asset:iso:USD' });
    await changes.return?.();
  });

  it('goes on after its thread was killed: the vault is open, people are signed in, nothing is lost', async () => {
    const crashes: Error[] = [];
    const engine = await engineOn(newFolder(), { onCrash: (error) => crashes.push(error) });
    const { client } = engine;
    const { ada, payout } = await treasuryWithRequest(engine);
    const { context } = ada;
    const restarted = new Promise<void>((resolve) => engine.onRestart(() => resolve()));
    await killEngineThread();
    await restarted;
    expect(crashes).toHaveLength(1);
    expect(await client.payouts.get({ id: payout.id }, { context })).toMatchObject({
      status: 'pending',
      amountMinor: '50000',
    });
    const ben = await signIn(client, 'Ben');
    await approveAs(client, ben, payout.id);
    await eventually(
      () => client.payouts.get({ id: payout.id }, { context }),
      (now) => now.settled,
    );
    expect(await client.desk.health()).toMatchObject({ status: 'ok', engineRestarts: 1 });
    expect(await client.audit.verify(undefined, { context })).toMatchObject({ valid: true });
  });

  it('refuses what was in flight when its thread died, with a code that says so', async () => {
    const engine = await engineOn(newFolder());
    await foundVault(engine.client);
    const { context } = await signIn(engine.client, 'Ada');
    const changes = await engine.client.desk.changes(undefined, { context });
    const waiting = expect(changes.next()).rejects.toThrow();
    const calls = Array.from({ length: 20 }, () => engine.client.audit.verify(undefined, { context }));
    const settled = Promise.allSettled(calls);
    await killEngineThread();
    await waiting;
    for (const call of await settled) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'engine.restarted' });
    }
  });

  it('refuses people without a session or a role, and writes the refusals down', async () => {
    const engine = await engineOn(newFolder());
    const { client } = engine;
    const { ada, payee } = await treasuryWithRequest(engine);
    await expect(client.payees.list({})).rejects.toMatchObject({ code: 'session.required', status: 401 });
    const ben = await signIn(client, 'Ben');
    const asked = client.payees.create(
      { reference: 'X', name: 'X', destination: { rail: 'simulated', address: 'sim:x' } },
      { context: ben.context },
    );
    await expect(asked).rejects.toMatchObject({ code: 'access.forbidden', status: 403 });
    const unknownField = client.payees.get({ id: payee.id, extra: 1 } as never, { context: ada.context });
    await expect(unknownField).rejects.toMatchObject({ code: 'input.invalid', status: 400 });
    const log = await client.audit.list({ limit: 1 }, { context: ada.context });
    expect(log.items[0]).toMatchObject({ action: 'payee.create', outcome: 'refused', actorName: 'Ben' });
  });

  it('tells a wrong passphrase from an unknown name in nothing, and writes both down', async () => {
    const engine = await engineOn(newFolder());
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    const wrong = { slotSecret: '00'.repeat(32), signInProof: '00'.repeat(32) };
    const refusals = await Promise.allSettled([
      client.session.signIn({ name: 'Ada', ...wrong }),
      client.session.signIn({ name: 'Nobody', ...wrong }),
    ]);
    const [one, two] = refusals.map((refusal) => (refusal.status === 'rejected' ? refusal.reason : null));
    expect(one).toMatchObject({ code: 'session.refused', message: two.message });
    const log = await client.audit.list({ limit: 2 }, { context: ada.context });
    expect(log.items.map((entry) => [entry.action, entry.outcome])).toEqual([
      ['session.sign_in', 'refused'],
      ['session.sign_in', 'refused'],
    ]);
  });

  it('slows whoever keeps guessing', async () => {
    const engine = await engineOn(newFolder());
    await foundVault(engine.client);
    const guess = () =>
      engine.client.session.signIn({ name: 'Ada', slotSecret: '00'.repeat(32), signInProof: '00'.repeat(32) });
    const codes: string[] = [];
    for (let i = 0; i < 5; i++) await guess().catch((error: { code: string }) => codes.push(error.code));
    expect(codes).toEqual([
      'session.refused',
      'session.refused',
      'session.refused',
      'session.slowed',
      'session.slowed',
    ]);
  });

  it('locks: nobody is signed in, nothing is readable, and the passphrase opens it again', async () => {
    const folder = newFolder();
    const engine = await engineOn(folder);
    const { client } = engine;
    const { ada } = await treasuryWithRequest(engine);
    await client.vault.lock(undefined, { context: ada.context });
    expect(await client.vault.status()).toMatchObject({ state: 'locked', known: ['Test treasury.vault'] });
    await expect(client.payouts.list({}, { context: ada.context })).rejects.toMatchObject({ code: 'vault.locked' });
    const wrong = client.session.signIn({ name: 'Ada', slotSecret: '00'.repeat(32), signInProof: '00'.repeat(32) });
    await expect(wrong).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
    const again = await signIn(client, 'Ben');
    expect((await client.payouts.list({}, { context: again.context })).items).toHaveLength(1);
  });

  it('changes a passphrase: the new one opens the vault, the old one does not', async () => {
    const engine = await engineOn(newFolder());
    const { client } = engine;
    await foundVault(client);
    const ada = await signIn(client, 'Ada');
    await changePassphraseOf(client, ada, 'ada says hello', 'a wholly new one');
    await client.vault.lock(undefined, { context: ada.context });
    await expect(signIn(client, 'Ada')).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
    const again = await signInWith(client, 'Ada', 'a wholly new one');
    expect(again.me.publicKey).toBe(ada.me.publicKey);
  });

  it('refuses a second engine on the same vault with "in use"', async () => {
    const folder = newFolder();
    const first = await engineOn(folder);
    await foundVault(first.client);
    const second = await engineOn(folder);
    await expect(signIn(second.client, 'Ada')).rejects.toMatchObject({ code: 'vault.in_use' });
  });

  it('leaves no plain text of what was stored in the vault and its keys', async () => {
    const folder = newFolder();
    const engine = await engineOn(folder);
    await treasuryWithRequest(engine);
    await engine.stop();
    const files = readdirSync(folder).filter((name) => !name.endsWith('.simulated-bank'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const name of files) {
      const bytes = readFileSync(join(folder, name)).toString('latin1');
      // Nothing so short that chance writes it into a megabyte of ciphertext.
      for (const secret of ['Carla', 'INV-77', 'sim:carla', 'Test treasury', 'SQLite format']) {
        expect(bytes.includes(secret), `${secret} stands in ${name}`).toBe(false);
      }
    }
  });
});
