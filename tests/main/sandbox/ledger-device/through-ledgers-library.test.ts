import { createRequire } from 'node:module';
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedDevice } from '../../../../main/sandbox/ledger-device/device.ts';
import { type RunningEmulator, startEmulator } from '../../../../main/sandbox/ledger-device/emulator-http.ts';
import { personAt } from '../../../../main/sandbox/ledger-device/person.ts';
import { type RecordedCase, recordedCases } from './vectors.ts';

const require = createRequire(import.meta.url);
const { default: Str } = require('@ledgerhq/hw-app-str') as typeof import('@ledgerhq/hw-app-str');
const { default: Transport } =
  require('@ledgerhq/hw-transport-node-speculos-http') as typeof import('@ledgerhq/hw-transport-node-speculos-http');

const PATH_BYTES = 13;

let emulator: RunningEmulator | undefined;
let transport: InstanceType<typeof Transport> | undefined;

afterEach(async () => {
  await transport?.close();
  await emulator?.close();
});

/** What was behind the path, all chunks together: the library divides it again by itself. */
function payload({ apdus }: RecordedCase): Buffer {
  const chunks = apdus.map(({ request }) => Buffer.from(request, 'hex'));
  const firstOfLast = chunks.findLastIndex((chunk) => chunk.readUInt8(2) === 0);
  return Buffer.concat(chunks.slice(firstOfLast).map((chunk) => chunk.subarray(5))).subarray(PATH_BYTES);
}

async function answerOf(app: InstanceType<typeof Str>, recorded: RecordedCase): Promise<object> {
  const { kind } = recorded;
  const path = recorded.path ?? '';
  const outcome = await ask().catch(statusOf);
  return outcome;

  async function ask(): Promise<object> {
    switch (kind) {
      case 'signTransaction':
        return { signatureHex: (await app.signTransaction(path, payload(recorded))).signature.toString('hex') };
      case 'signHash':
        return { signatureHex: (await app.signHash(path, payload(recorded))).signature.toString('hex') };
      case 'signSorobanAuthorization':
        return {
          signatureHex: (await app.signSorobanAuthorization(path, payload(recorded))).signature.toString('hex'),
        };
      default: {
        const { rawPublicKey } = await app.getPublicKey(path, kind === 'getPublicKeyWithConfirmation');
        return { publicKeyHex: rawPublicKey.toString('hex') };
      }
    }
  }
}

/** Ledger's library wraps some of the errors of its transport. */
function statusOf(error: unknown): object {
  const { statusCode, cause } = error as { statusCode?: number; cause?: { statusCode?: number } };
  return { statusWord: (statusCode ?? cause?.statusCode ?? 0).toString(16).padStart(4, '0') };
}

const ASKS = [
  'signTransaction',
  'signHash',
  'signSorobanAuthorization',
  'getPublicKey',
  'getPublicKeyWithConfirmation',
];
/** What the library never sends: broken headers and paths, and chunks out of their order. */
const OUT_OF_ITS_REACH =
  /wrong-p1|chunk-without|between-chunks|first-chunk|following-chunk|no-data|cut-short|eleven|not-hardened|length-byte/;
const reachable = recordedCases().filter(
  ({ name, kind, path }) => path !== null && ASKS.includes(kind) && !OUT_OF_ITS_REACH.test(name),
);

describe('what the real app answered to Ledger’s own library, the simulated one answers too', () => {
  test('in all the cases that the library can send', () => {
    expect(reachable.length).toBe(48);
  });

  test.each(reachable)('$name', async (recorded) => {
    const device = new SimulatedDevice({ seed: recorded.mnemonic, app: '5.6.0' });
    emulator = await startEmulator(device);
    transport = await Transport.open({ baseURL: 'http://127.0.0.1', apiPort: String(emulator.port) });
    const decision = recorded.decision ?? 'approve';
    const person = personAt(device, () => decision);
    const { statusWord, ...answered } = recorded.expected;
    expect(await answerOf(new Str(transport), recorded)).toEqual(statusWord === '9000' ? answered : { statusWord });
    person.leave();
  });
});
