import { setTimeout as pause } from 'node:timers/promises';
import { Overtaken } from '../../../core/store/overtaken.ts';

const ATTEMPTS_MAX = 5;
const FIRST_PAUSE_MS_MAX = 20;

/** Serialization failure and deadlock: the database chose this transaction to give way. */
const GAVE_WAY: ReadonlySet<unknown> = new Set(['40001', '40P01']);

/**
 * Does the whole work again when the transaction had to give way to another. The pauses grow and
 * are random, or the same two would meet again.
 */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attemptsLeft = ATTEMPTS_MAX - 1, pauseMsMax = FIRST_PAUSE_MS_MAX; ; attemptsLeft--, pauseMsMax *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (attemptsLeft === 0 || !hasGivenWay(error)) throw error;
    }
    await pause(Math.random() * pauseMsMax);
  }
}

function hasGivenWay(error: unknown): boolean {
  if (error instanceof Overtaken) return true;
  return error instanceof Error && 'code' in error && GAVE_WAY.has(error.code);
}
