/** The simulated Ledger of the demo, on a socket of its own, and somebody who reads what it shows and approves. */
import { SimulatedDevice } from '../../sandbox/ledger-device/device.ts';
import { startEmulator } from '../../sandbox/ledger-device/emulator-http.ts';
import { PUBLIC_TEST_WORDS } from '../../sandbox/ledger-device/keys.ts';
import { personAt } from '../../sandbox/ledger-device/person.ts';

export interface DemoLedger {
  readonly app: string;
  /** How many reviews ended with an approval. */
  confirmations(): number;
  close(): Promise<void>;
}

/** Engines that are started from here on find it; the environment is left as it was found. */
export async function plugIn(app: string): Promise<DemoLedger> {
  const device = new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app });
  const emulator = await startEmulator(device);
  let confirmations = 0;
  const person = personAt(device, () => {
    confirmations += 1;
    return 'approve';
  });
  const before = process.env.COUNTERSIGN_LEDGER;
  process.env.COUNTERSIGN_LEDGER = emulator.url;
  return {
    app,
    confirmations: () => confirmations,
    async close() {
      if (before === undefined) delete process.env.COUNTERSIGN_LEDGER;
      else process.env.COUNTERSIGN_LEDGER = before;
      person.leave();
      await emulator.close();
    },
  };
}
