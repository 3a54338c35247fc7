/** Ledger's libraries as a bundler finds them; `node-hid`, with its native module, stays beside the bundle. */
import type { LedgerLibraries } from './libraries.ts';

export const bundledLibraries: LedgerLibraries = {
  stellar: () => import('@ledgerhq/hw-app-str'),
  usb: () => import('@ledgerhq/hw-transport-node-hid-noevents'),
  emulator: () => import('@ledgerhq/hw-transport-node-speculos-http'),
};
