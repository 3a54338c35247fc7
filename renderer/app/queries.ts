import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { dropIdentity } from './identity.ts';
import { endsTheSession, worthAskingAgain } from './refusals.ts';

/** Back to the lock when the error says that the session, or the vault, is closed. */
export function leaveIfOver(error: unknown): void {
  const reason = endsTheSession(error);
  if (reason) dropIdentity(reason);
}

/** Server state lives here and nowhere else. Live changes make it fresh; nothing polls. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveIfOver }),
  mutationCache: new MutationCache({ onError: leaveIfOver }),
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 5 && worthAskingAgain(error),
      retryDelay: (failures) => Math.min(200 * 2 ** failures, 3_000),
      // A local engine answers without a network; the browser's idea of being online is no fact here.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
