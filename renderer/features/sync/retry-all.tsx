import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { BarAction } from '../../ui/bar-action.tsx';
import { retriedText } from './retried-text.ts';
import { type AskedEvents, useRetryAll } from './use-sync.ts';

const say = words.sync;

/** What stood in the way of many was most often one thing: once it is gone, they are handled together. */
export function RetryAll({ asked, isAny }: { readonly asked: AskedEvents; readonly isAny: boolean }) {
  const retry = useRetryAll();
  const mayRetry = hasAnyRole(useMe(), ['controller', 'admin']);
  const said = retry.data ? retriedText(retry.data) : null;
  const { outcome: _, ...which } = asked;
  if (!mayRetry) return null;
  if (!isAny) return said === null ? null : <p role="status">{said}</p>;
  return <BarAction label={say.retryAll} action={retry} said={said} onPress={() => retry.mutate(which)} />;
}
