/** The ways to a device. */
import { access, constants } from 'node:fs/promises';
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
  return Emulator.open({ baseURL: `${protocol}//${hostname}`, apiPort: port === '' ? '80' : port });
}
