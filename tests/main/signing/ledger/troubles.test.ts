import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DeviceChannel } from '../../../../main/signing/ledger/device-channel.ts';
import { LedgerDevice } from '../../../../main/signing/ledger/ledger-device.ts';
import { troubleOf } from '../../../../main/signing/ledger/troubles.ts';

const thrown = (message: string, properties: object = {}, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), properties);

describe('what a transport throws', () => {
  test.each([
    ['a status word', thrown('Ledger device: Locked', { statusCode: 0x5515 }), { kind: 'status', statusWord: 0x5515 }],
    [
      'a status word inside an error of the app’s library',
      thrown('User refused the request', { name: 'StellarUserRefusedError' }, thrown('denied', { statusCode: 0x6985 })),
      { kind: 'status', statusWord: 0x6985 },
    ],
    ['no device', thrown('NoDevice', { name: 'TransportError', id: 'NoDevice' }), { kind: 'unreachable' }],
    [
      'a cable that was pulled',
      thrown('write', { name: 'DisconnectedDeviceDuringOperation' }),
      { kind: 'unreachable' },
    ],
    ['an emulator that is not there', thrown('connect', { code: 'ECONNREFUSED' }), { kind: 'unreachable' }],
    ['an emulator that went away', thrown('socket hang up'), { kind: 'unreachable' }],
    ['a driver that is not there', thrown('Cannot find module', { code: 'MODULE_NOT_FOUND' }), { kind: 'unreachable' }],
    ['a device that only root may use', thrown('EACCES', { code: 'EACCES' }), { kind: 'forbidden' }],
    ['a device another program has', thrown('cannot open device with path 1-2:1.0'), { kind: 'in_use' }],
    ['two at once', thrown('An action is pending', { name: 'TransportRaceCondition' }), { kind: 'in_use' }],
    ['anything else', thrown('Invalid channel'), { kind: 'fault', detail: 'Invalid channel' }],
    ['what is no error', 'a string', { kind: 'fault', detail: 'a string' }],
  ])('as %s has one meaning', (_, error, trouble) => {
    expect(troubleOf(error)).toMatchObject(trouble);
  });

  test('that names itself as its own cause ends', () => {
    const error = thrown('round and round');
    error.cause = error;
    expect(troubleOf(error)).toMatchObject({ kind: 'fault' });
  });
});

describe('an emulator', () => {
  test('whose screen is told in pieces of a line does not take the device’s process with it', async () => {
    const answers = new Map([
      ['b001000000', '01075374656c6c617205362e302e3001009000'],
      ['e006000000', '0006000020009000'],
    ]);
    const emulator = createServer(async (request, response) => {
      if (request.method === 'GET') {
        response.write('data: {"text":"Stel');
        await setTimeout(50);
        response.write('lar"}\n\n');
        return;
      }
      const { data } = (await json(request)) as { data: string };
      // Meanwhile the pieces arrive.
      await setTimeout(150);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: answers.get(data) }));
    });
    await new Promise<void>((listening) => emulator.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
    const ledger = new LedgerDevice(new DeviceChannel({ kind: 'emulator', url }), () => false);
    try {
      expect(await ledger.status()).toMatchObject({ version: '6.0.0', dataBytesMax: 8_192 });
    } finally {
      ledger.close();
      emulator.closeAllConnections();
      emulator.close();
    }
  });
});

describe('USB', () => {
  test('on a machine that may have none is a state, and nothing falls over', async () => {
    const ledger = new LedgerDevice(new DeviceChannel({ kind: 'usb' }), () => false);
    const state = await ledger.status().then(
      ({ app }) => app,
      (error: { code?: string }) => error.code,
    );
    ledger.close();
    expect(state).toMatch(/^(?:Stellar|device\.[a-z_]+)$/);
    expect(state).not.toBe('device.unknown_status');
  });
});
