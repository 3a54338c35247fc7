/** The ways to a device. */
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type Str from '@ledgerhq/hw-app-str';
import type { LedgerLibraries } from './libraries.ts';
import type { DeviceAddress } from './messages.ts';

/** A way to a device, as the app's library wants it. */
export type Transport = ConstructorParameters<typeof Str>[0];

export async function openTransport(libraries: LedgerLibraries, device: DeviceAddress): Promise<Transport> {
  if (device.kind === 'usb') {
    const { default: Usb } = await libraries.usb();
    const [path] = await Usb.list();
    // The driver itself does not tell a device it may not use from one that another program has.
    if (path?.startsWith('/dev/')) await access(path, constants.R_OK | constants.W_OK);
    return Usb.open('');
  }
  const { default: Emulator } = await libraries.emulator();
  const { protocol, hostname, port } = new URL(device.url);
  const transport = await Emulator.open({ baseURL: `${protocol}//${hostname}`, apiPort: port === '' ? '80' : port });
  unheard(transport.eventStream);
  return transport;
}

/**
 * The library reads what the screen says as if no line ever came in two pieces, and one that does
 * ends the process. Nobody here listens to it; that the stream broke shows in the next answer.
 */
function unheard(events: Readable): void {
  events
    .removeAllListeners('data')
    .on('error', () => undefined)
    .resume();
}
