/** The engine's keeper and router in the test's own thread, where its clock can be set. */
import { createRouterClient } from '@orpc/server';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import type { CallContext, EngineClient, EngineOptions } from '../../main/engine/host.ts';
import { Keeper } from '../../main/engine/keeper.ts';
import { router } from '../../main/engine/router.ts';
import { forkedProcess } from '../../main/signing/ledger/device-channel.ts';

export interface InProcessEngine {
  readonly keeper: Keeper;
  readonly client: EngineClient;
}

export async function inProcessEngine(
  target: EngineOptions['target'],
  options: Partial<EngineOptions> = {},
): Promise<InProcessEngine> {
  const keeper = new Keeper(
    { target, backgroundJobs: false, version: '0.0.0-test', ...options },
    {
      restarts: 0,
      threadUrl: new URL('../../main/engine/thread.ts', import.meta.url),
      startDevice: forkedProcess,
      onResumable: () => undefined,
    },
  );
  await keeper.start(null);
  const client = createRouterClient(router, {
    context: (context: CallContext = {}) => ({
      keeper,
      origin: { host: 'server' as const, ip: null, userAgent: null },
      trusted: true,
      reqHeaders: headersOf(context),
    }),
  });
  // Its answers are typed by the router's own types, which say the same as the contract's.
  return { keeper, client: client as unknown as EngineClient };
}

function headersOf(context: CallContext): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(context)) {
    if (value !== undefined) headers.set(CALL_HEADERS[name as keyof CallContext], value);
  }
  return headers;
}
