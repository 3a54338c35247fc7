import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceAccount } from '../../../../core/rails/signer.ts';
import { type DeviceOptions, SimulatedDevice } from '../../../../main/sandbox/ledger-device/device.ts';
import { type RunningEmulator, startEmulator } from '../../../../main/sandbox/ledger-device/emulator-http.ts';
import { PUBLIC_TEST_WORDS } from '../../../../main/sandbox/ledger-device/keys.ts';
import { personAt } from '../../../../main/sandbox/ledger-device/person.ts';
import { DeviceChannel, forkedProcess, type Patience } from '../../../../main/signing/ledger/device-channel.ts';
import { LedgerDevice } from '../../../../main/signing/ledger/ledger-device.ts';
import { verifies } from '../../../../main/signing/ledger/signature.ts';
import { recordedCases } from '../../sandbox/ledger-device/vectors.ts';

const PATH = "44'/148'/0'";
const OWN: DeviceAccount = {
  path: PATH,
  publicKeyHex: '9a222500cf47b03d05edec04ed3294cece1de727ccadb401f47d6b4b230e81a0',
};
const OTHER: DeviceAccount = { ...OWN, publicKeyHex: '11'.repeat(32) };
const PATIENCE: Patience = { quickMs: 10_000, reviewMs: 10_000 };

let emulator: RunningEmulator | undefined;
let ledger: LedgerDevice | undefined;

afterEach(async () => {
  ledger?.close();
  await emulator?.close();
});

interface Desk {
  readonly simulated: SimulatedDevice;
  readonly ledger: LedgerDevice;
}

async function desk(options: Partial<DeviceOptions & { patience: Patience; blind: boolean }> = {}): Promise<Desk> {
  const { patience = PATIENCE, blind = false, ...device } = options;
  const simulated = new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app: '5.6.0', ...device });
  emulator = await startEmulator(simulated);
  const channel = new DeviceChannel({ kind: 'emulator', url: emulator.url }, forkedProcess, patience);
  ledger = new LedgerDevice(channel, () => blind);
  return { simulated, ledger };
}

const decideEverything = (simulated: SimulatedDevice, decision: 'approve' | 'reject') =>
  personAt(simulated, () => decision);

const base = (name: string) => {
  const found = recordedCases().find((recorded) => recorded.name === name);
  if (found === undefined) throw new Error(`Nothing was recorded as ${name}`);
  const sent = found.apdus.map(({ request }) => Buffer.from(request, 'hex').subarray(5));
  const signatureBase = Buffer.concat(sent).subarray(13);
  return { signatureBase, signatureHex: found.expected.signatureHex ?? '' };
};
const PAYMENT = base('xlm-payment-no-memo');
const MANY_PAYMENTS = base('payments-35');

const sign = (on: LedgerDevice, account = OWN, { signatureBase } = PAYMENT) =>
  on.signTransaction({ account, signatureBase }, 'refused');

describe('a Ledger, through Ledger’s own libraries and a socket', () => {
  test('says its app, version, limit and whether it signs blindly', async () => {
    const { ledger } = await desk();
    expect(await ledger.status()).toEqual({
      app: 'Stellar',
      version: '5.6.0',
      blindSigning: true,
      dataBytesMax: 10_240,
    });
  });

  test('of app 6 says that blind signing is off', async () => {
    const { ledger } = await desk({ app: '6.0.0', model: 'nano-x' });
    expect(await ledger.status()).toMatchObject({ version: '6.0.0', blindSigning: false, dataBytesMax: 4_096 });
  });

  test('lists its keys without asking anybody, and shows the one that is chosen', async () => {
    const { ledger, simulated } = await desk();
    const accounts = await ledger.discoverAccounts([PATH, "44'/148'/1'"]);
    expect(accounts).toEqual([
      OWN,
      { path: "44'/148'/1'", publicKeyHex: 'b693a98837e5649020396fbea1642c12593951958a69d6f3798461d8dde15f74' },
    ]);
    const person = decideEverything(simulated, 'approve');
    await ledger.verifyAddress(OWN);
    expect(person.read.slice(0, 2)).toEqual([
      'Confirm Address',
      'Address (1/2) GCNCEJIAZ5D3APIF5X WAJ3JSSTHM4HPHE7 GK3NAB6R6WWSZDB',
    ]);
  });

  test.each([PAYMENT, MANY_PAYMENTS])(
    'signs as the real one did, whether it takes one request or many',
    async (payment) => {
      const { ledger, simulated } = await desk();
      decideEverything(simulated, 'approve');
      const signature = await sign(ledger, OWN, payment);
      expect(Buffer.from(signature).toString('hex')).toBe(payment.signatureHex);
    },
  );

  test('signs an authorization and a hash where that is allowed', async () => {
    const { ledger, simulated } = await desk();
    decideEverything(simulated, 'approve');
    const hash = createHash('sha256').update('anything').digest();
    const preimage = base('soroban-authorization-approve');
    expect(verifies(await ledger.signHash(OWN, hash, 'allowed'), hash, Buffer.from(OWN.publicKeyHex, 'hex'))).toBe(
      true,
    );
    const signature = await ledger.signAuthorization(OWN, preimage.signatureBase, 'allowed');
    expect(Buffer.from(signature).toString('hex')).toBe(preimage.signatureHex);
  });
});

describe('a Ledger that cannot sign now', () => {
  const REFUSED = (code: string, data: object = {}) =>
    expect.objectContaining({ code, data: expect.objectContaining(data) });

  test('is locked, in another app, on the dashboard or unplugged, and says which', async () => {
    const { ledger, simulated } = await desk();
    simulated.lock();
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.locked', { statusWord: '5515' }));
    simulated.unlock();
    simulated.open('Bitcoin');
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.wrong_app', { open: 'Bitcoin' }));
    simulated.open(null);
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.wrong_app', { open: 'BOLOS' }));
    simulated.unplug();
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.unplugged'));
    simulated.plugIn();
    simulated.open('Stellar');
    decideEverything(simulated, 'approve');
    expect(await sign(ledger)).toHaveLength(64);
  });

  test('is unplugged while the person reads, and works again when it is back', async () => {
    const { ledger, simulated } = await desk();
    const signing = sign(ledger);
    await expect.poll(() => simulated.screen).toEqual(['Review', 'Transaction']);
    simulated.unplug();
    await expect(signing).rejects.toEqual(REFUSED('device.unplugged'));
    simulated.plugIn();
    decideEverything(simulated, 'approve');
    expect(await sign(ledger)).toHaveLength(64);
  });

  test('is asleep: the process that waited is given up, and the next question has another', async () => {
    const patience = { quickMs: 300, reviewMs: 10_000 };
    const { ledger, simulated } = await desk({ patience });
    simulated.sleep();
    await expect(ledger.status()).rejects.toEqual(REFUSED('device.asleep'));
    simulated.press('left');
    // However long a busy machine takes to start the next one.
    patience.quickMs = PATIENCE.quickMs;
    expect(await ledger.status()).toMatchObject({ version: '5.6.0' });
  });

  test('waits for somebody who never presses, until its time is up', async () => {
    const { ledger, simulated } = await desk({ patience: { quickMs: 10_000, reviewMs: 800 } });
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.timeout'));
    await expect.poll(() => simulated.screen).toEqual(['Review', 'Transaction']);
  });

  test('does not turn a signature away because somebody is just asking how it is', async () => {
    const { ledger, simulated } = await desk();
    decideEverything(simulated, 'approve');
    const [status, again, signature] = await Promise.all([ledger.status(), ledger.status(), sign(ledger)]);
    expect(again).toEqual(status);
    expect(signature).toHaveLength(64);
  });

  // Found in the window: who signed while the list of keys was read anew was told of another window.
  test('does not turn a signature away because somebody is looking at its keys', async () => {
    const { ledger, simulated } = await desk();
    decideEverything(simulated, 'approve');
    const paths = ["44'/148'/0'", "44'/148'/1'"];
    const [keys, again, signature] = await Promise.all([
      ledger.discoverAccounts(paths),
      ledger.discoverAccounts(paths),
      sign(ledger),
    ]);
    expect(again).toEqual(keys);
    expect(signature).toHaveLength(64);
  });

  test('is at work for another window, which is told at once', async () => {
    const { ledger, simulated } = await desk();
    const first = sign(ledger);
    await expect(ledger.status()).rejects.toEqual(REFUSED('device.busy'));
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.busy'));
    await expect.poll(() => simulated.screen).toEqual(['Review', 'Transaction']);
    decideEverything(simulated, 'approve');
    expect(await first).toHaveLength(64);
  });

  test('was told to reject', async () => {
    const { ledger, simulated } = await desk();
    decideEverything(simulated, 'reject');
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.rejected', { statusWord: '6985' }));
  });

  test('holds another key than the one that has to sign: nobody reads a review for nothing', async () => {
    const { ledger, simulated } = await desk();
    await expect(sign(ledger, OTHER)).rejects.toEqual(
      REFUSED('device.other_key', { expected: OTHER.publicKeyHex, found: OWN.publicKeyHex }),
    );
    expect(simulated.screen).toEqual(['Stellar', 'app is ready']);
  });

  test('does not derive at a path that is not Stellar’s, and no such path is hardened behind one’s back', async () => {
    const { ledger } = await desk();
    await expect(ledger.discoverAccounts(["44'/0'/0'"])).rejects.toEqual(
      REFUSED('device.path_refused', { statusWord: '4215' }),
    );
    for (const path of ["44'/148'/0", '44/148/0', "m/44'/148'", '', "44'/148'/x'"]) {
      await expect(ledger.discoverAccounts([path])).rejects.toEqual(REFUSED('device.path_refused', { path }));
    }
  });

  test('takes no more than it says, and cannot read everything', async () => {
    const { ledger } = await desk();
    const large = Buffer.alloc(10_241);
    await expect(sign(ledger, OWN, { signatureBase: large, signatureHex: '' })).rejects.toEqual(
      REFUSED('device.too_large', { bytes: 10_241, bytesMax: 10_240 }),
    );
    const garbage = Buffer.alloc(300, 3);
    await expect(sign(ledger, OWN, { signatureBase: garbage, signatureHex: '' })).rejects.toEqual(
      REFUSED('device.not_understood', { statusWord: 'b005' }),
    );
  });

  test('signs what it cannot show only where a policy allows it and its switch is on', async () => {
    const { ledger, simulated } = await desk({ app: '6.0.0', blind: true });
    const hash = Buffer.alloc(32, 1);
    await expect(sign(ledger)).rejects.toEqual(REFUSED('device.blind_signing_refused'));
    await expect(ledger.signHash(OWN, hash, 'refused')).rejects.toEqual(REFUSED('device.blind_signing_refused'));
    await expect(ledger.signHash(OWN, hash, 'allowed')).rejects.toEqual(REFUSED('device.blind_signing_off'));
    simulated.switchBlindSigning(true);
    decideEverything(simulated, 'approve');
    expect(await ledger.signHash(OWN, hash, 'allowed')).toHaveLength(64);
  });
});
