/** An engine that is only its ports: for what the desktop host does, whatever the engine answers. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { CallOrigin, Engine } from '../../../main/engine/host.ts';

export class FakeEngine {
  /** The engine's end of each connection, in the order they were asked for. */
  readonly connections: { readonly origin: CallOrigin; readonly port: MessagePort }[] = [];
  readonly askedAtMs: number[] = [];
  stopped = 0;

  readonly engine: Engine = {
    client: new Proxy({} as Engine['client'], {
      get() {
        throw new Error('The desktop host makes no calls of its own');
      },
    }),
    connect: (origin) => {
      const { port1, port2 } = new MessageChannel();
      this.askedAtMs.push(performance.now());
      this.connections.push({ origin, port: port1 });
      return port2;
    },
    onRestart: () => () => undefined,
    stop: async () => {
      this.stopped += 1;
      for (const { port } of this.connections) port.close();
    },
  };

  /** Answers every message with what it says, turned into capitals; bytes with their complement. */
  echo(): void {
    for (const { port } of this.connections) {
      port.on('message', (message: string | Uint8Array) => {
        port.postMessage(typeof message === 'string' ? message.toUpperCase() : message.map((byte) => 255 - byte));
      });
    }
  }
}
