/** Anybody can send messages by the million, forged or again: of one kind, so many a minute are written down and no more. */
import type { Refusal } from '../../core/errors/refusal.ts';

const WINDOW_MS = 60_000;
const WRITTEN_MAX = 10;

export class SparingLog {
  readonly #windows = new Map<string, { readonly sinceMs: number; seen: number }>();

  /** The refusal, marked as one that needs no entry where there are enough of them. */
  of(kind: string, nowMs: number, refusal: Refusal): Refusal {
    if (!this.hasRoom(kind, nowMs)) refusal.recorded = true;
    return refusal;
  }

  /** Whether one more is written down. */
  hasRoom(kind: string, nowMs: number): boolean {
    const known = this.#windows.get(kind);
    const current = known && nowMs - known.sinceMs < WINDOW_MS ? known : { sinceMs: nowMs, seen: 0 };
    current.seen += 1;
    this.#windows.set(kind, current);
    return current.seen <= WRITTEN_MAX;
  }
}
