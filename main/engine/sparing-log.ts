/** Anybody can send forged messages by the million: of one kind, so many a minute are written down and no more. */
import type { Refusal } from '../../core/errors/refusal.ts';

const WINDOW_MS = 60_000;
const WRITTEN_MAX = 10;

export class SparingLog {
  readonly #windows = new Map<string, { readonly sinceMs: number; refusals: number }>();

  /** The refusal, marked as one that needs no entry where there are enough of them. */
  of(kind: string, nowMs: number, refusal: Refusal): Refusal {
    const known = this.#windows.get(kind);
    const current = known && nowMs - known.sinceMs < WINDOW_MS ? known : { sinceMs: nowMs, refusals: 0 };
    current.refusals += 1;
    this.#windows.set(kind, current);
    if (current.refusals > WRITTEN_MAX) refusal.recorded = true;
    return refusal;
  }
}
