import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { GovernanceTerms } from '../../../core/contract/index.ts';
import type { Role } from '../../../core/contract/words.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { client, orpc } from '../../app/client.ts';
import { foundingOfMine } from '../../app/identity.ts';
import { newCredentials } from '../../app/passphrase.ts';

const READS_ACCESS = ['auditor', 'admin', 'controller'] as const;

export function useStaff() {
  return useQuery(orpc.staff.list.queryOptions());
}

export function useAccessStatus() {
  return useQuery(orpc.access.status.queryOptions());
}

export function useReadsAccess(): boolean {
  return hasAnyRole(useMe(), READS_ACCESS);
}

/** Everybody's access as of a moment; as of now where none is given. */
export function useAccessListing(asOfMs?: number) {
  const reads = useReadsAccess();
  return useQuery({
    ...orpc.access.listing.queryOptions({ input: asOfMs === undefined ? {} : { asOfMs } }),
    enabled: reads,
  });
}

/** Who has an authenticator. */
export function useFactors() {
  return useQuery(orpc.secondFactor.list.queryOptions());
}

export interface NewPerson {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly passphrase: string;
}

/** Makes the new person's key on this desk, and gives the terms that admins sign. */
export function useProposePerson() {
  return useMutation({
    mutationFn: async ({ name, roles, groups, passphrase }: NewPerson): Promise<GovernanceTerms> => {
      const { credentials } = await newCredentials(passphrase, foundingOfMine());
      const { terms } = await client.staff.propose({ name, roles: [...roles], groups: [...groups], credentials });
      return terms;
    },
  });
}

interface NewKey {
  readonly staffId: string;
  readonly passphrase: string;
  readonly reason: string;
}

export function useProposeKey() {
  return useMutation({
    mutationFn: async ({ staffId, passphrase, reason }: NewKey): Promise<GovernanceTerms> => {
      const { credentials } = await newCredentials(passphrase, foundingOfMine());
      const { terms } = await client.staff.proposeKey({ staffId, credentials, reason });
      return terms;
    },
  });
}

/** Every group anybody is in, to choose from. */
export function useGroups(): readonly string[] {
  const { data } = useStaff();
  return [...new Set(data?.flatMap(({ groups }) => groups) ?? [])].sort();
}

/** The new sheet's code is shown once; the act with its key is signed after. */
export function useProposeSheet() {
  const queries = useQueryClient();
  return useMutation({
    ...orpc.access.proposeRecoveryKey.mutationOptions({
      onSettled: () => void queries.invalidateQueries({ queryKey: orpc.acts.key() }),
    }),
    gcTime: 0,
  });
}
