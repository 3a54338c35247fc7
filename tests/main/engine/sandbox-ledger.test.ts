/** A sandbox as it is filled: people on its own network, and a Ledger of its own to sign for them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { addPerson, approveAs, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';
import { stellarSettings } from '../../support/rail-settings.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function sandbox(stellar = 2) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-own-ledger-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const onCrash = (error: Error) => {
    throw error;
  };
  const engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs: false, version: '0.0.0-test' },
    { onCrash },
  );
  closing.push(() => engine.stop());
  const { client } = engine;
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Ben', ['approver', 'signer']);
  const ben = await signIn(client, 'Ben');
  const fill = (seed: string) => client.sandbox.fill({ payouts: 1, stellar, seed }, ada);
  const filled = await fill('first');
  const approved = async () => {
    const { items } = await client.payouts.list({ limit: 50 }, ada);
    const waiting = items.filter(({ status, assetId }) => status === 'pending' && assetId.startsWith('stellar:'));
    for (const { id } of waiting) await approveAs(client, ben, id);
    return waiting;
  };
  const screen = async () => (await client.sandbox.device(undefined, ben))?.screen.join(' ') ?? '';
  /** Reads to the page where both buttons do this, and presses them there. */
  const decide = async (act: 'approve' | 'reject') => {
    const pages: string[] = [];
    for (let page = 0; page < 200; page += 1) {
      const now = await client.sandbox.device(undefined, ben);
      if (now?.both === null) await new Promise((resolve) => setTimeout(resolve, 20));
      else {
        pages.push(now?.screen.join(' ') ?? '');
        await client.sandbox.press({ press: now?.both === act ? 'both' : 'right' }, ben);
        if (now?.both === act) return pages;
      }
    }
    throw new Error(`No page to ${act} came up:\n${pages.join('\n')}`);
  };
  return { client, ada, ben, filled, fill, approved, screen, decide };
}

describe('the Ledger of a sandbox', { timeout: 30_000 }, () => {
  it('signs payouts of the filling for the account they are paid from, once its pages were read', async () => {
    const { client, ben, filled, approved, decide } = await sandbox();
    expect(filled).toMatchObject({ stellar: 2, payouts: 1 });
    const waiting = await approved();
    expect(waiting).toHaveLength(2);
    const ledger = await client.sandbox.device(undefined, ben);
    const overview = await client.chain.overview(undefined, ben);
    expect(overview).toMatchObject({ source: ledger?.address, mode: 'signers', network: 'sandbox', waiting: 2 });

    const plan = await client.chain.plan({}, ben);
    expect(plan).toMatchObject({ heldBack: [], payments: [{}, {}] });
    const built = await client.chain.build({}, ben);
    const signing = client.chain.signOnDevice({ id: built.id }, ben);
    const pages = await decide('approve');
    expect(pages.join('\n')).toContain('USDC');
    expect(await signing).toMatchObject({ state: 'signed', weight: 1 });
    expect(await client.chain.submit({ id: built.id }, ben)).toMatchObject({ state: 'submitted' });
  });

  it('says that it was rejected there, and leaves the transaction unsigned', async () => {
    const { client, ben, approved, decide } = await sandbox(1);
    await approved();
    const built = await client.chain.build({}, ben);
    const signing = client.chain.signOnDevice({ id: built.id }, ben);
    const refused = expect(signing).rejects.toMatchObject({ code: 'device.rejected' });
    await decide('reject');
    await refused;
    expect(await client.chain.get({ id: built.id }, ben)).toMatchObject({ state: 'built', weight: 0 });
  });

  it('shows every window what it is asked, and takes nothing more for what somebody stopped', async () => {
    const { client, ada, ben, approved, decide } = await sandbox(1);
    await approved();
    const built = await client.chain.build({}, ben);
    await addPerson(client, ada, 'Cy', ['approver']);
    const cy = await signIn(client, 'Cy');
    expect(await client.device.asked(undefined, cy)).toBeNull();
    expect(await client.device.stop(undefined, ben)).toEqual({ stopped: false });

    const stopped = client.chain.signOnDevice({ id: built.id }, ben);
    const refused = expect(stopped).rejects.toMatchObject({ code: 'device.stopped' });
    await expect.poll(async () => (await client.sandbox.device(undefined, ben))?.both).not.toBeNull();
    expect(await client.device.asked(undefined, cy)).toMatchObject({ about: 'transaction', of: built.id, by: 'Ben' });
    await expect(client.chain.signOnDevice({ id: built.id }, ben)).rejects.toMatchObject({ code: 'device.busy' });
    await expect(client.device.stop(undefined, cy)).rejects.toMatchObject({ code: 'access.forbidden' });
    expect(await client.device.stop(undefined, ben)).toEqual({ stopped: true });
    await refused;
    expect(await client.device.asked(undefined, cy)).toBeNull();

    // Approved after all, on the review that stands there still: the signature is nobody's.
    await decide('approve');
    expect(await client.chain.get({ id: built.id }, ben)).toMatchObject({ state: 'built', weight: 0 });
    const signing = client.chain.signOnDevice({ id: built.id }, ben);
    await decide('approve');
    expect(await signing).toMatchObject({ state: 'signed' });
  });

  it('asks for its PIN while it is locked, and both buttons enter it', async () => {
    const { client, ben, screen } = await sandbox(1);
    await client.sandbox.press({ press: 'lock' }, ben);
    expect(await screen()).toBe('Enter PIN');
    await expect(client.device.status(undefined, ben)).rejects.toMatchObject({ code: 'device.locked' });
    await client.sandbox.press({ press: 'both' }, ben);
    expect(await client.device.status(undefined, ben)).toMatchObject({ version: '5.6.0' });
  });

  it('is filled again under another seed, with the same account to pay from and no money twice', async () => {
    const { client, ada, fill } = await sandbox(1);
    const before = await client.chain.overview(undefined, ada);
    expect(await fill('second')).toMatchObject({ stellar: 1 });
    const { items } = await client.payouts.list({ limit: 50 }, ada);
    expect(items.filter(({ assetId }) => assetId.startsWith('stellar:'))).toHaveLength(2);
    expect((await client.chain.overview(undefined, ada)).source).toBe(before.source);
  });

  it('leaves a vault alone that pays from an account of its own', async () => {
    const { client, ada } = await sandbox(0);
    const source = 'GCKFBEIYV2U22IO2BJ4KVJOIP7XPWQGQFKKWXR6DOSJBV7STMAQSMTGG';
    await client.railSettings.change(stellarSettings({ PAYOUT_SOURCE_ACCOUNT: source }), ada);
    const overSource = await client.sandbox.fill({ payouts: 1, stellar: 3, seed: 'other' }, ada);
    expect(overSource).toMatchObject({ stellar: 0 });
    expect((await client.chain.overview(undefined, ada)).source).toBe(source);
  });

  it('is pressed by signers alone', async () => {
    const { client, ada } = await sandbox(0);
    await addPerson(client, ada, 'Cy', ['approver']);
    const cy = await signIn(client, 'Cy');
    await expect(client.sandbox.press({ press: 'both' }, cy)).rejects.toMatchObject({ code: 'access.forbidden' });
  });
});
