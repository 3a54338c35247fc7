/**
 * The ways to a device. Each is loaded when it is taken for the first time, so that a machine
 * without USB misses nothing. Ledger's modules for Node are the CommonJS ones.
 */
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type Str from '@ledgerhq/hw-app-str';
import type { DeviceAddress } from './messages.ts';

/** A way to a device, as the app's library wants it. */
export type Transport = ConstructorParameters<typeof Str>[0];

const require = createRequire(import.meta.url);

export async function openTransport(device: DeviceAddress): Promise<Transport> {
  if (device.kind === 'usb') {
    const { default: Usb } =
      require('@ledgerhq/hw-transport-node-hid-noevents') as typeof import('@ledgerhq/hw-transport-node-hid-noevents');
    const [path] = await Usb.list();
    // The driver itself does not tell a device it may not use from one that another program has.
    if (path?.startsWith('/dev/')) await access(path, constants.R_OK | constants.W_OK);
    return Usb.open('');
  }
  const { default: Emulator } =
    require('@ledgerhq/hw-transport-node-speculos-http') as typeof import('@ledgerhq/hw-transport-node-speculos-http');
  const { protocol, hostname, port } = new URL(device.url);
  return Emulator.open({ baseURL: `${protocol}//${hostname}`, apiPort: port === '' ? '80' : port });
}
