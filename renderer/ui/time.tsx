import { useSyncExternalStore } from 'react';
import { exactTime, localTime, relativeTime, timeOfDay } from './time-text.ts';

const TICK_MS = 30_000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

/** One clock for all the times on screen. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    nowMs = Date.now();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

export function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** Relative in lists; the exact moment, local and UTC, on hover. */
export function Ago({ atMs }: { readonly atMs: number }) {
  const now = useNowMs();
  return (
    <time
      className="tabular whitespace-nowrap text-soft"
      dateTime={new Date(atMs).toISOString()}
      title={exactTime(atMs)}
    >
      {relativeTime(atMs, Math.max(now, atMs))}
    </time>
  );
}

/** How long until then; what has passed is said so by its sign. */
export function Until({ atMs }: { readonly atMs: number }) {
  const now = useNowMs();
  return (
    <time
      className={`tabular whitespace-nowrap ${atMs <= now ? 'text-red' : 'text-soft'}`}
      dateTime={new Date(atMs).toISOString()}
      title={exactTime(atMs)}
    >
      {relativeTime(atMs, now)}
    </time>
  );
}

export function Moment({ atMs }: { readonly atMs: number }) {
  return (
    <time className="tabular" dateTime={new Date(atMs).toISOString()} title={exactTime(atMs)}>
      {localTime(atMs)}
    </time>
  );
}

/** The moment of something that is minutes old, or lasts minutes. */
export function TimeOfDay({ atMs }: { readonly atMs: number }) {
  return (
    <time className="tabular whitespace-nowrap" dateTime={new Date(atMs).toISOString()} title={exactTime(atMs)}>
      {timeOfDay(atMs)}
    </time>
  );
}
