/**
 * A sandbox vault with something to do in it. Everything goes through the contract, as people would
 * do it: a colleague requests the payouts, so that the person at the desk may approve them.
 */

import { client } from '../../app/client.ts';
import { addPerson } from '../../app/governance.ts';
import { enter, foundingOfMine } from '../../app/identity.ts';
import { newCredentials } from '../../app/passphrase.ts';
import { words } from '../../app/words/words.ts';
import { COLLEAGUES_ROLES, SANDBOX_CONTENT } from './sandbox-content.ts';
import { createVault, type NewVault } from './use-create-vault.ts';

export const SANDBOX_STEPS = ['vault', 'sign_in', 'colleague', 'content'] as const;
export type SandboxStep = (typeof SANDBOX_STEPS)[number];

interface SandboxWish {
  readonly yourName: string;
  readonly passphrase: string;
  readonly onStep: (step: SandboxStep) => void;
  /** The vault exists from here on, whatever happens to its filling. */
  readonly onVault: (vault: NewVault) => void;
}

export async function setUpSandbox({ yourName, passphrase, onStep, onVault }: SandboxWish): Promise<void> {
  onStep('vault');
  const vault = await createVault({
    vaultName: words.sandboxStart.vaultName,
    network: 'sandbox',
    yourName,
    passphrase,
  });
  onVault(vault);
  onStep('sign_in');
  await enter({ file: vault.file, name: yourName, secrets: vault.secrets });

  onStep('colleague');
  const name = words.sandboxStart.colleague;
  const { credentials, secrets } = await newCredentials(passphrase, foundingOfMine());
  await addPerson({ name, roles: COLLEAGUES_ROLES, credentials });
  const { token } = await client.session.signIn({
    name,
    slotSecret: secrets.slotSecret,
    signInProof: secrets.signInProof,
  });
  const asColleague = { context: { session: token } };

  onStep('content');
  await client.sandbox.fill(SANDBOX_CONTENT, asColleague);
  await client.session.signOut(undefined, asColleague);
}
