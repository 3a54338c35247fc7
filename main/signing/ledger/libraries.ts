/**
 * Ledger's libraries, each loaded when it is needed for the first time, so that a machine without
 * USB misses nothing. Under plain Node only their CommonJS builds resolve, and so they are required;
 * a bundle has them inside (`bundled-libraries.ts`).
 */
import { createRequire } from 'node:module';

export interface LedgerLibraries {
  stellar(): Promise<typeof import('@ledgerhq/hw-app-str')>;
  usb(): Promise<typeof import('@ledgerhq/hw-transport-node-hid-noevents')>;
  emulator(): Promise<typeof import('@ledgerhq/hw-transport-node-speculos-http')>;
}

const require = createRequire(import.meta.url);

export const requiredLibraries: LedgerLibraries = {
  stellar: async () => require('@ledgerhq/hw-app-str'),
  usb: async () => require('@ledgerhq/hw-transport-node-hid-noevents'),
  emulator: async () => require('@ledgerhq/hw-transport-node-speculos-http'),
};
