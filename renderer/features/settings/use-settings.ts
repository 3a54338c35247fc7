import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Role } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { addPerson } from '../../app/governance.ts';
import { changePassphrase, closeVault, foundingOfMine } from '../../app/identity.ts';
import { newCredentials } from '../../app/passphrase.ts';

export function useStaff() {
  return useQuery(orpc.staff.list.queryOptions());
}

export function useAddPerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, roles, passphrase }: { name: string; roles: Role[]; passphrase: string }) => {
      const { credentials } = await newCredentials(passphrase, foundingOfMine());
      return addPerson({ name, roles, credentials });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: orpc.staff.key() });
      void queries.invalidateQueries({ queryKey: orpc.acts.key() });
    },
  });
}

export function useChangePassphrase() {
  return useMutation({ mutationFn: changePassphrase });
}

export function useBackup() {
  return useMutation({ mutationFn: () => client.vault.backup() });
}

export function useVerifyVault() {
  return useMutation({ mutationFn: () => client.vault.verify() });
}

export function useCloseVault() {
  return useMutation({ mutationFn: closeVault });
}

export function useVaultFacts() {
  const status = useQuery(orpc.vault.status.queryOptions());
  const health = useQuery(orpc.desk.health.queryOptions());
  return { status, health };
}
