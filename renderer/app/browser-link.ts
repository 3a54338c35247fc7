/** The way to the engine in a browser: RPC over HTTP, to the server this page came from. */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { ConnectionLost, setConnection } from './connection.ts';

/**
 * The launch token stands in the address only until it has been exchanged for a cookie; then it is
 * removed, so that neither the history nor a screenshot keeps it.
 */
export function takeLaunchToken(location: Location, history: History): string | null {
  const match = /^#token=([^&]+)$/.exec(location.hash);
  if (!match?.[1]) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return decodeURIComponent(match[1]);
}

async function exchange(token: string): Promise<void> {
  const answer = await fetch('/launch', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    credentials: 'same-origin',
  });
  // A refused token is not the end: an earlier cookie may still hold. The first call will tell.
  if (answer.status >= 500) throw new ConnectionLost();
}

export function browserLink<T extends ClientContext>(
  headers: (options: ClientOptions<T>) => Record<string, string>,
): ClientLink<T> {
  const token = takeLaunchToken(window.location, window.history);
  let launched: Promise<void> | null = null;
  return new RPCLink<T>({
    url: new URL('/rpc', window.location.origin),
    headers,
    fetch: async (request, init) => {
      try {
        launched ??= token === null ? Promise.resolve() : exchange(token);
        await launched;
        const answer = await fetch(request, { ...init, credentials: 'same-origin' });
        setConnection('up');
        return answer;
      } catch (cause) {
        if (request.signal.aborted) throw cause;
        launched = null;
        setConnection('down');
        throw new ConnectionLost({ cause });
      }
    },
  });
}
