import { useMutation } from '@tanstack/react-query';
import type { DeskSecrets } from '../../../core/canonical/personal-key.ts';
import { client } from '../../app/client.ts';
import { newCredentials } from '../../app/passphrase.ts';

export interface VaultWish {
  readonly vaultName: string;
  readonly network: 'sandbox' | 'live';
  readonly yourName: string;
  readonly passphrase: string;
}

export interface NewVault {
  readonly file: string | undefined;
  readonly yourName: string;
  readonly secrets: DeskSecrets;
  readonly recoveryCode: string | null;
}

/** A vault's name as the name of its file; letters of all languages stay. */
export function fileNameOf(vaultName: string): string {
  const plain = vaultName.normalize('NFC').replace(/[^\p{L}\p{N} ._-]/gu, '').replace(/^[^\p{L}\p{N}]+/u, '').trim();
  return plain.slice(0, 72) || 'treasury';
}

export async function createVault(wish: VaultWish): Promise<NewVault> {
  const before = await client.vault.status();
  const { credentials, secrets } = await newCredentials(wish.passphrase);
  // The first vault of a machine gets the host's own place; others need a name to be told apart.
  const file = before.known.length > 0 ? { file: fileNameOf(wish.vaultName) } : {};
  const { recoveryCode } = await client.vault.create({
    ...file,
    name: wish.vaultName,
    network: wish.network,
    founder: { name: wish.yourName, credentials },
  });
  const after = await client.vault.status();
  return { file: after.state === 'open' ? undefined : (after.file ?? undefined), yourName: wish.yourName, secrets, recoveryCode };
}

export function useCreateVault() {
  return useMutation({ mutationFn: createVault });
}
