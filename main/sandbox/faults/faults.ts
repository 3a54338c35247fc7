/** Decides, call by call, what befalls it. */
import { type Fault, type FaultFile, type FaultKind, faultFile } from './rules.ts';

export interface Faults {
  /**
   * What befalls this call, or null. `kinds`: what this place can do; rules about anything else
   * are passed over and count no call.
   */
  decide(where: string, nowMs: number, kinds: readonly FaultKind[]): Fault | null;
}

export const NO_FAULTS: Faults = { decide: () => null };

const AWAY: Fault = { kind: 'lose_request' };

/** `startedAtMs`: what `fromMs` and `untilMs` of the rules are counted from. */
export function faultsOf(input: FaultFile, startedAtMs: number): Faults {
  const { seed, rules } = faultFile.parse(input);
  const chance = chances(seed);
  const calls = rules.map(() => 0);
  const awayUntilMs = new Map<string, number>();

  return {
    decide(where, nowMs, kinds) {
      const service = where.split('.')[0] ?? where;
      if (nowMs < (awayUntilMs.get(service) ?? 0)) return AWAY;
      const sinceMs = nowMs - startedAtMs;
      for (const [index, { where: named, when, do: fault }] of rules.entries()) {
        if (!isNamed(named, where) || !(kinds.includes(fault.kind) || fault.kind === 'go_away')) continue;
        if (sinceMs < (when.fromMs ?? 0) || sinceMs >= (when.untilMs ?? Number.POSITIVE_INFINITY)) continue;
        const nth = (calls[index] ?? 0) + 1;
        calls[index] = nth;
        if (when.nth && !when.nth.includes(nth)) continue;
        if (when.every && nth % when.every !== 0) continue;
        if (when.chance !== undefined && chance() >= when.chance) continue;
        if (fault.kind !== 'go_away') return fault;
        awayUntilMs.set(service, nowMs + fault.ms);
        return AWAY;
      }
      return null;
    },
  };
}

function isNamed(named: string, where: string): boolean {
  return named.endsWith('.*') ? where.startsWith(named.slice(0, -1)) : named === where;
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
