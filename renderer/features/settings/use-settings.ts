import { useMutation, useQuery } from '@tanstack/react-query';
import { client, orpc } from '../../app/client.ts';
import { changePassphrase, closeVault } from '../../app/identity.ts';

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
