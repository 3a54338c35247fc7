/** What a person is asked on the Ledger now, for every window to see, and for whoever signs to call off. */
import type { DeviceAsked } from '../../core/contract/chain.ts';
import { deviceBusy, deviceStopped } from '../signing/ledger/errors.ts';

interface UnderWay {
  readonly asked: DeviceAsked;
  readonly stopping: AbortController;
}

export class AskedOnDevice {
  #now: UnderWay | null = null;

  /** Null while nobody is asked. */
  get now(): DeviceAsked | null {
    return this.#now?.asked ?? null;
  }

  /** Does what asks a person. Another is not begun meanwhile: nobody would be looking at its review. */
  async during<T>(asked: DeviceAsked, ask: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#now !== null) throw deviceBusy();
    const underWay = { asked, stopping: new AbortController() };
    this.#now = underWay;
    try {
      return await ask(underWay.stopping.signal);
    } finally {
      this.#now = null;
    }
  }

  /** False where nothing was asked. From here on nothing is taken from the device for it. */
  stop(): boolean {
    this.#now?.stopping.abort(deviceStopped());
    return this.#now !== null;
  }
}
