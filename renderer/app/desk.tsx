import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { EntryFrame } from '../features/unlock/entry-frame.tsx';
import { FirstRun } from '../features/unlock/first-run.tsx';
import { useSetup } from '../features/unlock/setup-state.ts';
import { Unlock } from '../features/unlock/unlock.tsx';
import { ErrorNote, LoadingLines } from '../ui/states.tsx';
import { orpc } from './client.ts';
import { useIdentity } from './identity.ts';
import { queryClient } from './queries.ts';
import { Shell } from './shell.tsx';
import { words } from './words/words.ts';

/** Which of its three faces the window shows: the first run, the lock, or the desk. */
export function Desk() {
  const signedIn = useIdentity((state) => state.identity !== null);
  const settingUp = useSetup((state) => state.settingUp);
  const status = useQuery(orpc.vault.status.queryOptions());
  useEffect(() => {
    // What one person saw is not left lying for the next: only the question of the vault stays.
    const kept = orpc.vault.status.key();
    if (!signedIn) queryClient.removeQueries({ predicate: ({ queryKey }) => String(queryKey[0]) !== String(kept[0]) });
    void queryClient.invalidateQueries({ queryKey: kept });
  }, [signedIn]);

  if (settingUp) return <FirstRun />;
  if (signedIn) return <Shell />;
  if (status.isError) {
    return (
      <EntryFrame title={words.app}>
        <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
      </EntryFrame>
    );
  }
  if (!status.data) {
    return (
      <EntryFrame title={words.unlock.findingVault}>
        <LoadingLines lines={3} />
      </EntryFrame>
    );
  }
  return status.data.state === 'none' && status.data.known.length === 0 ? <FirstRun /> : <Unlock vault={status.data} />;
}
