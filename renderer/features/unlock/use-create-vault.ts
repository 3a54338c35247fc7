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
  readonly recoveryCode: string;
  readonly foundingFingerprint: string;
}

export async function createVault(wish: VaultWish): Promise<NewVault> {
  const { credentials, secrets } = await newCredentials(wish.passphrase, null);
  const { recoveryCode, foundingFingerprint } = await client.vault.create({
    name: wish.vaultName,
    network: wish.network,
    founder: { name: wish.yourName, credentials },
  });
  const after = await client.vault.status();
  return {
    file: after.state === 'open' ? undefined : (after.file ?? undefined),
    yourName: wish.yourName,
    secrets,
    recoveryCode,
    foundingFingerprint,
  };
}

export function useCreateVault() {
  return useMutation({ mutationFn: createVault });
}
