import { MessageChannel } from 'node:worker_threads';
import type { MessagePortMain } from 'electron';
import { describe, expect, test } from 'vitest';
import { joinPorts } from '../../../main/desktop/port-relay.ts';
import { ChannelDouble } from '../../support/electron/ports.ts';

/** Resolves when either kind of port has closed. */
function closed(port: { on(event: 'close', listener: () => void): unknown }): Promise<string> {
  return new Promise((resolve) => port.on('close', () => resolve('closed')));
}

function join() {
  const engine = new MessageChannel();
  const window = new ChannelDouble();
  const close = joinPorts(engine.port2, window.port1 as unknown as MessagePortMain);
  window.port2.start();
  return { engine: engine.port1, window: window.port2, close };
}

describe('two joined ports', () => {
  test('pass on what was posted before either was listened to, in order', async () => {
    const engine = new MessageChannel();
    const window = new ChannelDouble();
    for (const message of ['a', 'b', 'c']) engine.port1.postMessage(message);
    joinPorts(engine.port2, window.port1 as unknown as MessagePortMain);
    const heard: unknown[] = [];
    window.port2.on('message', ({ data }: { data: unknown }) => heard.push(data));
    window.port2.start();
    await expect.poll(() => heard).toEqual(['a', 'b', 'c']);
    engine.port1.close();
  });

  test('close the window side when the engine side closes', async () => {
    const { engine, window } = join();
    const windowClosed = closed(window);
    engine.close();
    expect(await windowClosed).toBe('closed');
  });

  test('close the engine side when the window side closes', async () => {
    const { engine, window } = join();
    const engineClosed = closed(engine);
    window.close();
    expect(await engineClosed).toBe('closed');
  });

  test('close both when told to, and pass nothing on afterwards', async () => {
    const { engine, window, close } = join();
    const heard: unknown[] = [];
    engine.on('message', (message) => heard.push(message));
    const bothClosed = Promise.all([closed(engine), closed(window)]);
    window.postMessage('late');
    close();
    close();
    await bothClosed;
    expect(heard).toEqual([]);
  });
});
