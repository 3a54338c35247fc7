import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, orpc } from '../../app/client.ts';
import { proofOf } from '../../app/identity.ts';

/** As the engine knows it now; what was true at signing in may have changed. */
export function useMyFactor() {
  const query = useQuery(orpc.session.me.queryOptions());
  return { query, factor: query.data?.secondFactor };
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: orpc.session.key() });
    void queries.invalidateQueries({ queryKey: orpc.secondFactor.key() });
  };
}

/** A new secret, for whoever shows that they know the passphrase. */
export function useBeginFactor() {
  return useMutation({
    mutationFn: async (passphrase: string) => client.secondFactor.begin({ signInProof: await proofOf(passphrase) }),
    gcTime: 0,
  });
}

export function useConfirmFactor() {
  return useMutation({ ...orpc.secondFactor.confirm.mutationOptions({ onSuccess: useFresh() }), gcTime: 0 });
}

export function useRenewCodes() {
  return useMutation({ ...orpc.secondFactor.renewRecoveryCodes.mutationOptions({ onSuccess: useFresh() }), gcTime: 0 });
}

export function useShowFactor() {
  return useMutation(orpc.session.showSecondFactor.mutationOptions({ onSuccess: useFresh() }));
}
