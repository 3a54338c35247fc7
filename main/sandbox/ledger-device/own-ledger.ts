/** The simulated Ledger that a sandbox vault has to itself: always the same one, and nobody's secret. */
import { StrKey } from '@stellar/stellar-sdk/base';
import type { SimulatedLedger, SimulatedPress } from '../../../core/contract/sandbox.ts';
import { SimulatedDevice } from './device.ts';
import { startEmulator } from './emulator-http.ts';
import { type DeviceKey, HARDENED, keyAt, PUBLIC_TEST_WORDS, seedOf } from './keys.ts';

const APP = '5.6.0';
const FIRST_ACCOUNT = [HARDENED + 44, HARDENED + 148, HARDENED];

/** The key of its first account, with which the sandbox opens that account on its network. */
export function ownLedgerKey(): DeviceKey & { readonly address: string } {
  const key = keyAt(seedOf(PUBLIC_TEST_WORDS), FIRST_ACCOUNT);
  return { publicKey: key.publicKey, sign: key.sign, address: StrKey.encodeEd25519PublicKey(key.publicKey) };
}

export interface OwnLedger {
  /** Where the program talks to it, as to Ledger's emulator. */
  readonly url: string;
  look(): SimulatedLedger;
  press(press: SimulatedPress): SimulatedLedger;
  close(): Promise<void>;
}

export async function startOwnLedger(): Promise<OwnLedger> {
  const device = new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app: APP });
  const { address } = ownLedgerKey();
  const emulator = await startEmulator(device);
  const look = (): SimulatedLedger => ({
    app: APP,
    address,
    locked: device.locked,
    screen: [...device.screen],
    both: device.reviewing?.both ?? null,
  });
  return {
    url: emulator.url,
    look,
    press(press) {
      if (press === 'lock') device.lock();
      else if (press === 'unlock') device.unlock();
      else device.press(press);
      return look();
    },
    close: () => emulator.close(),
  };
}
