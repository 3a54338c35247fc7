/** Makes out of whatever a transport throws one of the few things that can be wrong. */
import type { Trouble } from './messages.ts';

const GONE = new Set(['DisconnectedDevice', 'DisconnectedDeviceDuringOperation', 'TransportOpenUserCancelled']);
const GONE_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ENOTFOUND', 'MODULE_NOT_FOUND']);
const CAUSES_MAX = 5;

/** By name and number, never by class: each of Ledger's packages brings classes of its own. */
export function troubleOf(error: unknown): Trouble {
  for (const cause of causesOf(error)) {
    const { statusCode, name, id, code, message } = cause;
    if (typeof statusCode === 'number') return { kind: 'status', statusWord: statusCode & 0xffff };
    if (id === 'NoDevice' || GONE.has(name) || GONE_CODES.has(code ?? '')) {
      return { kind: 'unreachable', detail: message };
    }
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden', detail: message };
    if (name === 'TransportRaceCondition' || name === 'TransportBusy') return { kind: 'in_use', detail: message };
    // The system gives the device to one program at a time, and says it in these words only.
    if (/cannot open device/i.test(message)) return { kind: 'in_use', detail: message };
    if (/socket hang up|could not load the|prebuild/i.test(message)) return { kind: 'unreachable', detail: message };
  }
  return { kind: 'fault', detail: error instanceof Error ? error.message : String(error) };
}

interface Told {
  readonly statusCode?: unknown;
  readonly name: string;
  readonly id?: string;
  readonly code?: string;
  readonly message: string;
}

function causesOf(error: unknown): readonly Told[] {
  const causes: Told[] = [];
  for (let cause = error; cause instanceof Error && causes.length < CAUSES_MAX; cause = cause.cause) causes.push(cause);
  return causes;
}
