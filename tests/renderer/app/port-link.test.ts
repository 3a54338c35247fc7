import { createORPCClient } from '@orpc/client';
import { os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionLost, type ConnectionState } from '../../../renderer/app/connection.ts';
import { PortLink } from '../../../renderer/app/port-link.ts';

/** An engine that can die: it hands out ports, answers on them, and closes them. */
function host(options: { silentRequests?: number } = {}) {
  const never = Promise.withResolvers<never>();
  const router = {
    hello: os.handler(({ context }) => (context as { from: string }).from),
    hang: os.handler(() => never.promise),
    ticks: os.handler(async function* () {
      yield 1;
      await never.promise;
    }),
  };
  const ports: MessagePort[] = [];
  const states: ConnectionState[] = [];
  let requests = 0;
  let listener: (port: MessagePort) => void = () => undefined;
  const send = () => {
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(router).upgrade(port1, { context: { from: `engine ${ports.length + 1}` } });
    port1.start();
    ports.push(port1);
    listener(port2);
  };
  const link = new PortLink<Record<never, never>>({
    source: {
      request: () => {
        requests += 1;
        if (requests > (options.silentRequests ?? 0)) queueMicrotask(send);
      },
      onPort: (given) => {
        listener = given;
      },
    },
    headers: () => ({}),
    onState: (state) => states.push(state),
    askAgainAfterMs: 30,
  });
  const client: RouterClient<typeof router> = createORPCClient(link);
  const die = () => ports.at(-1)?.close();
  return { client, die, send, states, ports, requests: () => requests };
}

const hosts: ReturnType<typeof host>[] = [];
function started(options?: Parameters<typeof host>[0]) {
  const made = host(options);
  hosts.push(made);
  return made;
}
afterEach(() => {
  for (const { ports } of hosts.splice(0)) for (const port of ports) port.close();
});

describe('the way to the engine over a port', () => {
  test('lets a call wait until a port is there', async () => {
    const { client } = started();
    expect(await client.hello()).toBe('engine 1');
  });

  test('asks again when the host did not answer with a port', async () => {
    const { client, requests } = started({ silentRequests: 2 });
    expect(await client.hello()).toBe('engine 1');
    expect(requests()).toBe(3);
  });

  test('refuses a call whose engine died instead of leaving it waiting for ever', async () => {
    const { client, die } = started();
    await client.hello();
    const call = client.hang();
    const refused = expect(call).rejects.toBeInstanceOf(ConnectionLost);
    die();
    await refused;
  });

  test('connects again by itself and says how it stands', async () => {
    const { client, die, states } = started();
    await client.hello();
    die();
    await expect.poll(() => states).toEqual(['up', 'down', 'up']);
    expect(await client.hello()).toBe('engine 2');
  });

  test('ends a stream of changes when its engine dies', async () => {
    const { client, die } = started();
    const stream = await client.ticks();
    expect((await stream.next()).value).toBe(1);
    const next = stream.next().then(
      (result) => (result.done ? 'ended' : 'went on'),
      () => 'ended',
    );
    die();
    expect(await next).toBe('ended');
  });

  test('takes a port that was sent unasked and refuses what waited on the one before', async () => {
    const { client, send } = started();
    await client.hello();
    const refused = expect(client.hang()).rejects.toBeInstanceOf(ConnectionLost);
    send();
    await refused;
    expect(await client.hello()).toBe('engine 2');
  });

  test('lets go of a call that the caller gave up, also while there is no port', async () => {
    const { client } = started({ silentRequests: Number.POSITIVE_INFINITY });
    const stop = new AbortController();
    const refused = expect(client.hello(undefined, { signal: stop.signal })).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await refused;
  });
});
