/** `countersign serve` over a database, as a real process, asked as the window asks and as scripts ask. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { CallContext, EngineClient } from '../../main/engine/host.ts';
import { start } from '../main/cli/command.ts';

export interface Served {
  readonly client: EngineClient;
  readonly origin: string;
  /** As a script asks: one path, one JSON body. */
  rest(session: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<number | null>;
}

export async function serveDatabase(databaseUrl: string): Promise<Served> {
  const child = start(['serve', '--database-url', databaseUrl, '--port', '0', '--json']);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, origin } = JSON.parse(line) as { url: string; origin: string };
  const authorization = `Bearer ${new URL(url).hash.replace('#token=', '')}`;
  const client = createORPCClient<EngineClient>(
    new RPCLink<CallContext>({
      url: `${origin}/rpc`,
      headers: ({ context }) => ({
        authorization,
        ...(context.session !== undefined && { 'x-countersign-session': context.session }),
      }),
    }),
  );
  return {
    client,
    origin,
    async rest(session, method, path, body) {
      const headers = { authorization, 'x-countersign-session': session, 'content-type': 'application/json' };
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${origin}${path}`, { method, headers, ...init });
      return { status: response.status, body: await response.json() };
    },
    async stop() {
      child.kill('SIGTERM');
      const [exit] = (await once(child, 'exit')) as [number | null];
      return exit;
    },
  };
}
