import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { type EventRow, useRetryAll } from './use-sync.ts';

const say = words.sync;

/** What stood in the way of many was most often one thing: once it is gone, they are handled together. */
export function RetryAll({ dead }: { readonly dead: readonly EventRow[] }) {
  const retry = useRetryAll();
  if (!hasAnyRole(useMe(), ['controller', 'admin'])) return null;
  return (
    <>
      {retry.data ? (
        <span role="status" className="text-soft">
          {say.retriedAll(retry.data.handled, retry.data.left)}
        </span>
      ) : null}
      {dead.length > 1 ? (
        <Button className="h-7" busy={retry.isPending} onClick={() => retry.mutate(dead)}>
          {say.retryAll(dead.length)}
        </Button>
      ) : null}
      {retry.error ? <ErrorNote error={retry.error} /> : null}
    </>
  );
}
