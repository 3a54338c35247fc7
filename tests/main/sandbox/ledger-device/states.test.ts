import {
  Account,
  Asset,
  Contract,
  Keypair,
  Networks,
  nativeToScVal,
  Operation,
  TransactionBuilder,
} from '@stellar/stellar-sdk/base';
import { describe, expect, test } from 'vitest';
import { type DeviceOptions, SimulatedDevice, Unplugged } from '../../../../main/sandbox/ledger-device/device.ts';
import { startEmulator } from '../../../../main/sandbox/ledger-device/emulator-http.ts';
import { HARDENED, keyAt, PUBLIC_TEST_WORDS, seedOf } from '../../../../main/sandbox/ledger-device/keys.ts';
import { personAt } from '../../../../main/sandbox/ledger-device/person.ts';

const PATH = Buffer.from('038000002c8000009480000000', 'hex');
const NAME_AND_VERSION = 'b001000000';
const CONFIGURATION = 'e006000000';
const PUBLIC_KEY = `e00200000d${PATH.toString('hex')}`;
const PUBLIC_KEY_SHOWN = `e00200010d${PATH.toString('hex')}`;

function device(options: Partial<DeviceOptions> = {}): SimulatedDevice {
  return new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app: '5.6.0', ...options });
}

async function ask(asked: SimulatedDevice, hex: string): Promise<string> {
  return (await asked.exchange(Buffer.from(hex, 'hex'))).toString('hex');
}

/** As the computer divides it: the path with the first chunk, 255 bytes at most. */
async function askInChunks(asked: SimulatedDevice, instruction: string, data: Uint8Array): Promise<string> {
  const all = Buffer.concat([PATH, data]);
  for (let at = 0; ; at += 255) {
    const chunk = all.subarray(at, at + 255);
    const last = at + 255 >= all.length;
    const header = `e0${instruction}${at === 0 ? '00' : '80'}${last ? '00' : '80'}`;
    const answered = await ask(asked, header + Buffer.from([chunk.length]).toString('hex') + chunk.toString('hex'));
    if (last || answered !== '9000') return answered;
  }
}

const own = keyAt(
  seedOf(PUBLIC_TEST_WORDS),
  [44, 148, 0].map((element) => HARDENED + element),
);
const source = new Account(
  Keypair.fromPublicKey('GCNCEJIAZ5D3APIF5XWAJ3JSSTHM4HPHE7GK3NAB6R6WWSZDB2A2BQ5B').publicKey(),
  '1',
);
const USDC = new Asset('USDC', 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN');
const CONTRACT = new Contract('CCPXHJTYRS7S2D2CTCMJV5X5RLCWDNWMTN5Y3JF576U7GDKSDGC5F45A');

function signatureBase(operations: readonly ReturnType<typeof Operation.payment>[]): Uint8Array {
  const builder = new TransactionBuilder(new Account(source.accountId(), '1'), {
    fee: '100',
    networkPassphrase: Networks.TESTNET,
    timebounds: { minTime: 0, maxTime: 1_893_456_000 },
  });
  for (const operation of operations) builder.addOperation(operation);
  return builder.build().signatureBase();
}

function payments(count: number): Uint8Array {
  const destination = 'GDKDH6IBSZPVCITKXPFJGKGEKONFDO7SLHIDDQ4JCHG4F6GFNJKVD44Q';
  return signatureBase(
    Array.from({ length: count }, () => Operation.payment({ destination, asset: USDC, amount: '1' })),
  );
}

const contractCall = signatureBase([CONTRACT.call('distribute_winnings', nativeToScVal(5n, { type: 'i128' }))]);

describe('a device that is not ready', () => {
  test('answers 5515 to everything while it is locked, and goes on when the PIN is entered', async () => {
    const locked = device();
    locked.lock();
    expect(locked.screen).toEqual(['Enter PIN']);
    expect(await ask(locked, NAME_AND_VERSION)).toBe('5515');
    expect(await ask(locked, PUBLIC_KEY)).toBe('5515');
    locked.press('both');
    expect(await ask(locked, PUBLIC_KEY)).toMatch(/^9a222500.*9000$/);
  });

  test('on the dashboard or in another app says which, and knows no Stellar', async () => {
    const elsewhere = device();
    elsewhere.open(null);
    expect(Buffer.from(await ask(elsewhere, NAME_AND_VERSION), 'hex').toString('latin1')).toContain('BOLOS');
    expect(await ask(elsewhere, CONFIGURATION)).toBe('6e00');
    elsewhere.open('Bitcoin');
    expect(Buffer.from(await ask(elsewhere, NAME_AND_VERSION), 'hex').toString('latin1')).toContain('Bitcoin');
    elsewhere.press('both');
    elsewhere.press('both');
    expect(await ask(elsewhere, CONFIGURATION)).toBe('0105060028009000');
  });

  test('asleep answers when a button is pressed, and not what nobody waits for any more', async () => {
    const asleep = device();
    asleep.sleep();
    expect(asleep.screen).toEqual([]);
    const given = new AbortController();
    const abandoned = asleep.exchange(Buffer.from(PUBLIC_KEY_SHOWN, 'hex'), given.signal);
    const awaited = ask(asleep, CONFIGURATION);
    given.abort();
    asleep.press('left');
    await expect(abandoned).rejects.toThrow(Unplugged);
    expect(await awaited).toBe('0105060028009000');
    expect(asleep.screen).toEqual(['Stellar', 'app is ready']);
  });

  test('unplugged during a review answers nothing, and has forgotten it when it is back', async () => {
    const cut = device();
    const asked = cut.exchange(Buffer.from(PUBLIC_KEY_SHOWN, 'hex'));
    await expect.poll(() => cut.screen).toEqual(['Confirm', 'Address']);
    cut.unplug();
    await expect(asked).rejects.toThrow(Unplugged);
    cut.plugIn();
    expect(cut.screen).toEqual(['Stellar', 'app is ready']);
  });

  test('unplugged breaks the connections of its emulator, and takes new ones when it is back', async () => {
    const cut = device();
    await using emulator = await closing(cut);
    const asked = fetch(`${emulator.url}/apdu`, { method: 'POST', body: JSON.stringify({ data: PUBLIC_KEY_SHOWN }) });
    await expect.poll(() => cut.screen).toEqual(['Confirm', 'Address']);
    cut.unplug();
    await expect(asked).rejects.toThrow();
    await expect(fetch(`${emulator.url}/events`)).rejects.toThrow();
    cut.plugIn();
    expect((await fetch(`${emulator.url}/events`)).status).toBe(200);
  });

  test('locked during a review goes on with it after the PIN', async () => {
    const locked = device();
    const asked = ask(locked, PUBLIC_KEY_SHOWN);
    await expect.poll(() => locked.screen).toEqual(['Confirm', 'Address']);
    locked.lock();
    locked.press('right');
    expect(locked.screen).toEqual(['Enter PIN']);
    locked.unlock();
    personAt(locked, () => 'approve');
    expect(await asked).toBe(`${own.publicKey.toString('hex')}9000`);
  });
});

describe('one request after the other', () => {
  test('a second one waits until the review of the first is decided', async () => {
    const asked = device();
    const first = ask(asked, PUBLIC_KEY_SHOWN);
    const second = ask(asked, CONFIGURATION);
    await expect.poll(() => asked.screen).toEqual(['Confirm', 'Address']);
    personAt(asked, () => 'reject');
    expect([await first, await second]).toEqual(['6985', '0105060028009000']);
  });

  test('the left button goes back, and neither end has another behind it', async () => {
    const asked = device();
    const first = ask(asked, PUBLIC_KEY_SHOWN);
    await expect.poll(() => asked.screen).toEqual(['Confirm', 'Address']);
    asked.press('left');
    asked.press('both');
    expect(asked.screen).toEqual(['Confirm', 'Address']);
    for (let presses = 0; presses < 9; presses += 1) asked.press('right');
    expect(asked.screen).toEqual(['Reject']);
    asked.press('left');
    expect(asked.screen).toEqual(['Approve']);
    asked.press('both');
    expect(await first).toMatch(/9000$/);
  });
});

describe('app 6, of its documentation', () => {
  const six = (options: Partial<DeviceOptions> = {}) => device({ app: '6.0.0', ...options });

  test('says whether blind signing is on, and how much it takes: 8,192 bytes, 4,096 on a Nano X', async () => {
    expect(await ask(six(), CONFIGURATION)).toBe('0006000020009000');
    expect(await ask(six({ blindSigning: true }), CONFIGURATION)).toBe('0106000020009000');
    expect(await ask(six({ model: 'nano-x' }), CONFIGURATION)).toBe('0006000010009000');
  });

  test('takes paths of three elements only', async () => {
    expect(await ask(six(), 'e002000009028000002c80000094')).toBe('6a87');
    expect(await ask(six(), PUBLIC_KEY)).toMatch(/9000$/);
  });

  test('signs contract calls, authorizations and hashes only with blind signing on', async () => {
    const off = six();
    expect(await askInChunks(off, '04', contractCall)).toBe('6c66');
    expect(await askInChunks(off, '08', Buffer.alloc(32, 7))).toBe('6c66');
    off.switchBlindSigning(true);
    const asked = askInChunks(off, '04', contractCall);
    await expect.poll(() => off.screen).toEqual(['This transaction', 'cannot be trusted']);
    personAt(off, () => 'approve');
    expect(await asked).toMatch(/^[0-9a-f]{128}9000$/);
  });

  test('takes more than 35 operations, and shows neither its own account nor time bounds', async () => {
    const asked = six();
    const signing = askInChunks(asked, '04', payments(84));
    await expect.poll(() => asked.screen).toEqual(['Review', 'Transaction']);
    const { read: pages } = personAt(asked, () => 'approve');
    expect(await signing).toMatch(/^[0-9a-f]{128}9000$/);
    expect(pages.filter((page) => page.startsWith('Operation'))).toHaveLength(84);
    expect(pages.some((page) => /^(?:Tx Source|Valid)/.test(page))).toBe(false);
  });

  test('refuses what is larger than it takes, and bytes its review does not reach', async () => {
    expect(await askInChunks(six(), '04', payments(85))).toBe('b004');
    expect(await askInChunks(six({ model: 'nano-x' }), '04', payments(42))).toBe('b004');
    expect(await askInChunks(six(), '04', Buffer.concat([payments(1), Buffer.alloc(4)]))).toBe('b005');
    expect(await askInChunks(six(), '04', payments(1).subarray(0, -4))).toBe('b005');
  });

  test('signs a message with its prefix, which app 5 does not know', async () => {
    expect(await askInChunks(device(), '0c', Buffer.from('hello'))).toBe('6d00');
    const asked = six();
    const signing = askInChunks(asked, '0c', Buffer.from('hello'));
    await expect.poll(() => asked.screen).toEqual(['Review', 'Message']);
    personAt(asked, () => 'approve');
    expect(await signing).toMatch(/^[0-9a-f]{128}9000$/);
  });
});

describe('a simulated device', () => {
  test('exists with the app versions it knows', () => {
    expect(() => device({ app: '7.0.0' })).toThrow('no simulated Stellar app');
    expect(() => device({ seed: 'one two three' })).toThrow('not the words of a seed');
  });

  test('takes requests of this machine only, in the form it knows', async () => {
    await using emulator = await closing(device());
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${emulator.url}${path}`, { method: 'POST', body, headers });
    expect((await post('/button/both', '{"action":"press"}', { origin: 'https://example.com' })).status).toBe(403);
    expect((await post('/apdu', 'no json')).status).toBe(400);
    expect((await post('/apdu', '{"data":"e0"}')).status).toBe(400);
    expect((await post('/apdu', `{"data":"${'00'.repeat(5000)}"}`)).status).toBe(400);
    expect((await post('/button/middle', '{"action":"press"}')).status).toBe(404);
    expect((await fetch(`${emulator.url}/elsewhere`)).status).toBe(404);
  });
});

async function closing(asked: SimulatedDevice) {
  const emulator = await startEmulator(asked);
  return { url: emulator.url, [Symbol.asyncDispose]: () => emulator.close() };
}
