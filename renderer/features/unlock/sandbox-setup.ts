/**
 * A sandbox vault with something to do in it. Everything goes through the contract, as people would
 * do it: a colleague requests the payouts, so that the person at the desk may approve them.
 */

import { ROLES, type Role } from '../../../core/contract/words.ts';
import { client } from '../../app/client.ts';
import { enter } from '../../app/identity.ts';
import { newCredentials } from '../../app/passphrase.ts';
import { words } from '../../app/words/words.ts';
import { createVault, type NewVault } from './use-create-vault.ts';

export const SANDBOX_STEPS = ['vault', 'sign_in', 'colleague', 'funding', 'payees', 'payouts'] as const;
export type SandboxStep = (typeof SANDBOX_STEPS)[number];

const ASSET = 'iso:USD';
const FUNDING_MINOR = '25000000';
const ALL_ROLES: readonly Role[] = ROLES;

const PAYEES = [
  { reference: 'CR-1041', name: 'Ana Ruiz', email: 'ana.ruiz@example.com', address: 'sim:ana-ruiz-7f3k-22qd-91xw' },
  {
    reference: 'CR-1042',
    name: 'Kofi Mensah',
    email: 'kofi.mensah@example.com',
    address: 'sim:kofi-mensah-4h8s-07vb-63tn',
  },
  {
    reference: 'CR-1043',
    name: 'Mira Lindqvist',
    email: 'mira.lindqvist@example.com',
    address: 'sim:mira-lindqvist-9p2c-55re-18yk',
  },
  {
    reference: 'SL-2007',
    name: 'Northwind Prints',
    email: 'accounts@northwind.example',
    address: 'sim:northwind-1d6m-83ha-40zf',
  },
] as const;

const PAYOUTS = [
  { payee: 0, reference: 'Royalties October', amountMinor: '184250' },
  { payee: 1, reference: 'Royalties October', amountMinor: '97310' },
  { payee: 2, reference: 'Royalties October', amountMinor: '1250000' },
  { payee: 3, reference: 'Invoice 3391', amountMinor: '46280' },
  { payee: 0, reference: 'Bonus, autumn contest', amountMinor: '50000' },
  { payee: 3, reference: 'Invoice 3392', amountMinor: '119995' },
] as const;

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
  const { credentials, secrets } = await newCredentials(passphrase);
  await client.staff.add({ name, roles: [...ALL_ROLES], credentials });
  const { token } = await client.session.signIn({
    name,
    slotSecret: secrets.slotSecret,
    signInProof: secrets.signInProof,
  });
  const asColleague = { context: { session: token } };

  onStep('funding');
  await client.desk.fund({ assetId: ASSET, amountMinor: FUNDING_MINOR, idempotencyKey: crypto.randomUUID() });

  onStep('payees');
  const payees = [];
  for (const { reference, name, email, address } of PAYEES) {
    payees.push(
      await client.payees.create({ reference, name, email, destination: { rail: 'simulated', address } }, asColleague),
    );
  }

  onStep('payouts');
  for (const { payee: index, reference, amountMinor } of PAYOUTS) {
    const payee = payees[index];
    const destination = payee?.destinations[0];
    if (!payee || !destination) throw new Error(`The sandbox has no destination for ${reference}`);
    await client.payouts.request(
      {
        reference,
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: ASSET,
        amountMinor,
        idempotencyKey: crypto.randomUUID(),
      },
      asColleague,
    );
  }
  await client.session.signOut(undefined, asColleague);
}
