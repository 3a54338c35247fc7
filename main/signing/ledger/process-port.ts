/**
 * Where the host alone can start processes, the engine asks it over a port: to start one, to say
 * something to it, to end it. Several may be asked for one after the other; each has a number.
 */
import type { MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import type { StartProcess } from './device-channel.ts';

const number = z.int().min(1);

export const toHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), process: number }),
  z.object({ type: z.literal('say'), process: number, message: z.unknown() }),
  z.object({ type: z.literal('kill'), process: number }),
]);
export type ToHost = z.infer<typeof toHost>;

const fromHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), process: number, message: z.unknown() }),
  z.object({ type: z.literal('ended'), process: number }),
]);
export type FromHost = z.infer<typeof fromHost>;

export function processesOverPort(port: MessagePort): StartProcess {
  let last = 0;
  const say = (message: ToHost) => port.postMessage(message);
  return ({ onMessage, onEnd }) => {
    last += 1;
    const own = last;
    const end = () => {
      port.off('message', hear);
      port.off('close', end);
      onEnd();
    };
    const hear = (heard: unknown) => {
      const { type, process, ...rest } = fromHost.parse(heard);
      if (process !== own) return;
      if (type === 'ended') end();
      else onMessage('message' in rest ? rest.message : undefined);
    };
    port.on('message', hear);
    port.once('close', end);
    say({ type: 'start', process: own });
    return {
      send: (message) => say({ type: 'say', process: own, message }),
      kill: () => say({ type: 'kill', process: own }),
    };
  };
}
