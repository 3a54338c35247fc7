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
