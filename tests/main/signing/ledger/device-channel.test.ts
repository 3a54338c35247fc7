import { describe, expect, test } from 'vitest';
import type { DeviceAccount } from '../../../../core/rails/signer.ts';
import {
  DeviceChannel,
  type ProcessEvents,
  type StartProcess,
} from '../../../../main/signing/ledger/device-channel.ts';
import { LedgerDevice } from '../../../../main/signing/ledger/ledger-device.ts';
import type { Question, ToDevice } from '../../../../main/signing/ledger/messages.ts';

const ACCOUNT: DeviceAccount = { path: "44'/148'/0'", publicKeyHex: '22'.repeat(32) };
const APP = { name: 'Stellar', version: '5.6.0', stellar: { blindSigning: true, dataBytesMax: 10_240 } };

/** A process whose answers are written here; `null` is silence. */
function scripted(answerTo: (question: Question, id: number) => unknown) {
  const started: { killed: boolean; events: ProcessEvents }[] = [];
  const start: StartProcess = (events) => {
    const process = { killed: false, events };
    started.push(process);
    return {
      send({ id, question }: ToDevice) {
        const answer = answerTo(question, id);
        if (answer !== null) setImmediate(() => events.onMessage(answer));
      },
      kill() {
        process.killed = true;
        events.onEnd();
      },
    };
  };
  const channel = new DeviceChannel({ kind: 'usb' }, start, { quickMs: 50, reviewMs: 50 });
  return { started, channel, ledger: new LedgerDevice(channel, () => false) };
}

const wellBehaved = (signature: Uint8Array) => (question: Question, id: number) => {
  if (question.about === 'app') return { id, reply: { about: 'app', app: APP } };
  if (question.about === 'key') {
    return { id, reply: { about: 'key', publicKey: Buffer.from(ACCOUNT.publicKeyHex, 'hex') } };
  }
  return { id, reply: { about: 'signature', signature } };
};

describe('the process of a device', () => {
  test('that is silent is killed, and another is started for the next question', async () => {
    let silent = true;
    const { ledger, started } = scripted((question, id) =>
      silent ? null : wellBehaved(Buffer.alloc(64))(question, id),
    );
    await expect(ledger.status()).rejects.toMatchObject({ code: 'device.asleep' });
    expect(started.map(({ killed }) => killed)).toEqual([true]);
    silent = false;
    expect(await ledger.status()).toMatchObject({ version: '5.6.0' });
    expect(started).toHaveLength(2);
  });

  test('that dies in the middle of a question ends it, and the next one is asked of another', async () => {
    const { ledger, started } = scripted(() => null);
    const asked = ledger.status();
    started[0]?.events.onEnd();
    await expect(asked).rejects.toMatchObject({ code: 'device.unplugged' });
    await expect(ledger.status()).rejects.toMatchObject({ code: 'device.asleep' });
    expect(started).toHaveLength(2);
  });

  test('that was given up before does not end the question of the one after it', async () => {
    const { channel, started } = scripted((question, id) =>
      started.length === 1 ? null : wellBehaved(Buffer.alloc(64))(question, id),
    );
    await expect(channel.ask({ about: 'app' })).rejects.toMatchObject({ code: 'device.asleep' });
    const asked = channel.ask({ about: 'app' });
    started[0]?.events.onEnd();
    expect(await asked).toMatchObject({ app: APP });
  });

  test.each([
    ['is no message at all', () => 'hello'],
    ['is about another question', (_: Question, id: number) => ({ id: id + 1, reply: { about: 'app', app: APP } })],
    [
      'answers something else',
      (_: Question, id: number) => ({ id, reply: { about: 'key', publicKey: Buffer.alloc(32) } }),
    ],
  ])('whose answer %s is not believed', async (_name, answerTo) => {
    const { ledger } = scripted(answerTo);
    await expect(ledger.status()).rejects.toMatchObject({ code: 'device.unplugged' });
  });

  test('that is ended with the program leaves nobody waiting', async () => {
    const { ledger, started } = scripted(() => null);
    const asked = ledger.status();
    ledger.close();
    await expect(asked).rejects.toMatchObject({ code: 'device.unplugged' });
    expect(started.map(({ killed }) => killed)).toEqual([true]);
  });
});

describe('what comes back from a device', () => {
  const transaction = { account: ACCOUNT, signatureBase: Buffer.from('a transaction') };

  test.each([
    ['is not over the transaction', Buffer.alloc(64, 5)],
    ['is cut short', Buffer.alloc(63)],
    ['is empty', Buffer.alloc(0)],
  ])('and %s is thrown away', async (_, signature) => {
    const { ledger } = scripted(wellBehaved(signature));
    await expect(ledger.signTransaction(transaction, 'refused')).rejects.toMatchObject({
      code: 'device.bad_signature',
    });
  });

  test.each([
    [0x5515, 'device.locked'],
    [0x6e00, 'device.wrong_app'],
    [0x6985, 'device.rejected'],
    [0x6c66, 'device.blind_signing_off'],
    [0xb004, 'device.too_large'],
    [0xb005, 'device.not_understood'],
    [0xb007, 'device.busy'],
    [0x4215, 'device.path_refused'],
    [0x6a87, 'device.path_refused'],
    [0x0001, 'device.path_refused'],
    [0x6b00, 'device.not_understood'],
  ])('as status %s has a name', async (statusWord, code) => {
    const { ledger } = scripted((_, id) => ({ id, trouble: { kind: 'status', statusWord } }));
    await expect(ledger.status()).rejects.toMatchObject({ code });
  });

  test.each([
    ['unreachable', 'device.unplugged'],
    ['forbidden', 'device.forbidden'],
    ['in_use', 'device.busy'],
    ['fault', 'device.unknown_status'],
  ])('as %s has a name', async (kind, code) => {
    const { ledger } = scripted((_, id) => ({ id, trouble: { kind, detail: 'of the driver' } }));
    await expect(ledger.status()).rejects.toMatchObject({ code });
  });

  test('as a status nobody knows says which', async () => {
    const { ledger } = scripted((_, id) => ({ id, trouble: { kind: 'status', statusWord: 0x0bad } }));
    await expect(ledger.status()).rejects.toMatchObject({
      code: 'device.unknown_status',
      data: { statusWord: '0bad' },
    });
  });

  test('any status word is a refusal with a code, never a crash', async () => {
    let statusWord = 0;
    const { ledger } = scripted((_, id) => ({ id, trouble: { kind: 'status', statusWord } }));
    for (statusWord = 0; statusWord <= 0xffff; statusWord += 17) {
      await expect(ledger.status()).rejects.toMatchObject({ code: expect.stringMatching(/^device\./) });
    }
  });
});
