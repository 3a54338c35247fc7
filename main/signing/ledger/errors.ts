/** What can be the matter with a device, each by its name. */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { Refusal, type RefusalData } from '../../../core/errors/refusal.ts';
import type { Trouble } from './messages.ts';

export class DeviceRefusal extends Refusal {
  override readonly name = 'DeviceRefusal';
}

/** Status words of the operating system and of the Stellar app that have a meaning for a person. */
const MEANINGS: Readonly<Record<number, ErrorCode>> = {
  1: 'device.path_refused',
  16917: 'device.path_refused',
  20771: 'device.wrong_app',
  21761: 'device.rejected',
  21781: 'device.locked',
  24869: 'device.not_understood',
  25873: 'device.wrong_app',
  26628: 'device.locked',
  26631: 'device.wrong_app',
  27010: 'device.locked',
  27013: 'device.rejected',
  // The app before 6 takes it for a request that is cut off, which ours never is.
  27271: 'device.path_refused',
  27392: 'device.not_understood',
  27750: 'device.blind_signing_off',
  27904: 'device.wrong_app',
  28160: 'device.wrong_app',
  28161: 'device.wrong_app',
  38920: 'device.locked',
  45057: 'device.path_refused',
  45060: 'device.too_large',
  45061: 'device.not_understood',
  // The parts of one request did not reach it as one: somebody else spoke in between.
  45063: 'device.busy',
};

export function refusalOf(trouble: Trouble): DeviceRefusal {
  switch (trouble.kind) {
    case 'status':
      return ofStatusWord(trouble.statusWord);
    case 'unreachable':
      return new DeviceRefusal('device.unplugged');
    case 'forbidden':
      return new DeviceRefusal('device.forbidden');
    case 'in_use':
      return new DeviceRefusal('device.busy');
    case 'fault':
      return new DeviceRefusal('device.unknown_status', { detail: trouble.detail });
  }
}

function ofStatusWord(statusWord: number): DeviceRefusal {
  const code = MEANINGS[statusWord] ?? 'device.unknown_status';
  return new DeviceRefusal(code, { statusWord: statusWord.toString(16).padStart(4, '0') });
}

export const deviceBusy = () => new DeviceRefusal('device.busy');
export const deviceAsleep = () => new DeviceRefusal('device.asleep');
export const deviceStopped = () => new DeviceRefusal('device.stopped');
export const deviceTimedOut = () => new DeviceRefusal('device.timeout');
export const deviceProcessEnded = () =>
  new DeviceRefusal('device.unplugged', {}, 'The connection to the Ledger broke. Plug it in again.');
export const wrongApp = (open: string) => new DeviceRefusal('device.wrong_app', { open });
export const otherKey = (data: RefusalData) => new DeviceRefusal('device.other_key', data);
export const badSignature = () => new DeviceRefusal('device.bad_signature');
export const blindSigningOff = () => new DeviceRefusal('device.blind_signing_off');
export const blindSigningRefused = () => new DeviceRefusal('device.blind_signing_refused');
export const tooLarge = (bytes: number, bytesMax: number) => new DeviceRefusal('device.too_large', { bytes, bytesMax });
export const pathRefused = (path: string) => new DeviceRefusal('device.path_refused', { path });
