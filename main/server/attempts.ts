/** Slows guessing: after so many refusals within a window, the next attempt must wait. */
export interface Attempts {
  /** How long this caller must wait before trying again; 0 when they may try now. */
  waitMs(caller: string): number;
  failed(caller: string): void;
}

export interface AttemptLimits {
  readonly failuresMax: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
}

/** So many callers are remembered at most; the one who failed longest ago is forgotten first. */
const CALLERS_MAX = 10_000;

export function countFailures({ failuresMax, windowMs, nowMs }: AttemptLimits): Attempts {
  const failuresByCaller = new Map<string, number[]>();

  const recent = (caller: string) =>
    (failuresByCaller.get(caller) ?? []).filter((failedAtMs) => failedAtMs > nowMs() - windowMs);

  return {
    waitMs(caller) {
      const failures = recent(caller);
      const oldest = failures[0];
      return oldest === undefined || failures.length < failuresMax ? 0 : oldest + windowMs - nowMs();
    },
    failed(caller) {
      const failures = [...recent(caller), nowMs()].slice(-failuresMax);
      // Set anew, so that the map's order is the order of the last failure.
      failuresByCaller.delete(caller);
      failuresByCaller.set(caller, failures);
      if (failuresByCaller.size > CALLERS_MAX) {
        for (const longestAgo of failuresByCaller.keys()) {
          failuresByCaller.delete(longestAgo);
          break;
        }
      }
    },
  };
}
