import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { BarAction } from '../../ui/bar-action.tsx';
import { type EventRow, useRetryAll } from './use-sync.ts';

const say = words.sync;

/** What stood in the way of many was most often one thing: once it is gone, they are handled together. */
export function RetryAll({ dead }: { readonly dead: readonly EventRow[] }) {
  const retry = useRetryAll();
  const mayRetry = hasAnyRole(useMe(), ['controller', 'admin']);
  const said = retry.data ? say.retriedAll(retry.data.handled, retry.data.left) : null;
  if (!mayRetry) return null;
  if (dead.length === 0) return said === null ? null : <p role="status">{said}</p>;
  return <BarAction label={say.retryAll(dead.length)} action={retry} said={said} onPress={() => retry.mutate(dead)} />;
}
