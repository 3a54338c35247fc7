/**
 * Homes that many end-to-end tests begin with, filled by an engine once in a process of tests and copied
 * for each. How somebody fills one by hand is in tests of its own: `first-payout`, `approval-queue`.
 */

import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROLES } from '../../core/contract/words.ts';
import { addPerson, type DeskClient, signInWith } from '../../main/signing/personal-desk.ts';
import { words } from '../../renderer/app/words/words.ts';
import { COLLEAGUES_ROLES, SANDBOX_CONTENT } from '../../renderer/features/unlock/sandbox-content.ts';
import { cheapCredentials } from './desk.ts';
import { PASSPHRASES } from './desk-steps.ts';
import { startEngine } from './program.ts';

/** Each begins with Grace, who may do everything. */
const FILLINGS = {
  /** Nobody else, and nothing in it. */
  alone: async () => undefined,
  /** With Noor, who may do everything too. */
  two: async (client: DeskClient) => {
    const grace = await signInWith(client, 'Grace', PASSPHRASES.Grace);
    const credentials = await cheapCredentials(PASSPHRASES.Noor);
    await addPerson(client, grace, { name: 'Noor', roles: [...ROLES], credentials });
    await client.session.signOut(undefined, { context: grace.context });
  },
  /** What the window fills a sandbox with, in the name of a colleague. */
  sandbox: async (client: DeskClient) => {
    const grace = await signInWith(client, 'Grace', PASSPHRASES.Grace);
    const name = words.sandboxStart.colleague;
    const credentials = await cheapCredentials(PASSPHRASES.Grace);
    await addPerson(client, grace, { name, roles: COLLEAGUES_ROLES, credentials });
    const colleague = await signInWith(client, name, PASSPHRASES.Grace);
    await client.sandbox.fill(SANDBOX_CONTENT, { context: colleague.context });
    for (const { context } of [colleague, grace]) await client.session.signOut(undefined, { context });
  },
};
export type Filling = keyof typeof FILLINGS;

const filled = new Map<Filling, Promise<string>>();

/** Copies one into an empty home; all that is left to do at its desk is to sign in. */
export async function fillHome(home: string, filling: Filling): Promise<void> {
  const from = filled.get(filling) ?? fill(filling);
  filled.set(filling, from);
  await cp(await from, home, { recursive: true });
}

async function fill(filling: Filling): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'countersign-filled-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const engine = await startEngine({
    target: { kind: 'folder', folder: path.join(home, 'vaults') },
    backgroundJobs: false,
    version: '0.1.0',
  });
  try {
    const name = filling === 'sandbox' ? words.sandboxStart.vaultName : 'Example treasury';
    const credentials = await cheapCredentials(PASSPHRASES.Grace);
    await engine.client.vault.create({ name, network: 'sandbox', founder: { name: 'Grace', credentials } });
    await FILLINGS[filling](engine.client);
  } finally {
    await engine.stop();
  }
  return home;
}
