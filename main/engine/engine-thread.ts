/** The engine's thread: opens the vault, answers calls, runs the jobs. */
import { parentPort, workerData } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { RequestHeadersPlugin } from '@orpc/server/plugins';
import { forkedProcess } from '../signing/ledger/device-channel.ts';
import { processesOverPort } from '../signing/ledger/process-port.ts';
import type { PortContext } from './calls.ts';
import { Keeper } from './keeper.ts';
import { router } from './router.ts';
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts';

const host = parentPort;
if (!host) throw new Error('The engine runs in a worker thread');

const say = (message: FromThread) => host.postMessage(message);
const { options, restarts, resume, threadUrl, devicePort } = workerData as ThreadData;

const handler = new RPCHandler<PortContext>(router, { plugins: [new RequestHeadersPlugin()] });
const keeper = new Keeper(options, {
  restarts,
  threadUrl: new URL(threadUrl),
  startDevice: devicePort ? processesOverPort(devicePort) : forkedProcess,
  onResumable: (capsule) => say({ type: 'resume', capsule }),
});

host.on('message', (message: ToThread) => {
  if (message.type === 'stop') {
    void keeper.close().then(() => say({ type: 'stopped' }));
    return;
  }
  const { port, origin, trusted } = message;
  handler.upgrade(port, { context: { keeper, origin, trusted } });
  port.start();
});

await keeper.start(resume);
say({ type: 'ready' });
