/** Twenty callers at the same moment, and what each was told. */
import { Refusal } from '../../core/errors/refusal.ts';

export const CALLERS = 20;

export interface Answers<T> {
  readonly done: readonly T[];
  /** The codes of the refusals, each with how many got it. */
  readonly refused: Readonly<Record<string, number>>;
}

/** A caller who meets a fault instead of a refusal fails the test. */
export async function atOnce<T>(act: (caller: number) => Promise<T>, callers = CALLERS): Promise<Answers<T>> {
  const settled = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => act(caller)));
  const done: T[] = [];
  const refused: Record<string, number> = {};
  for (const one of settled) {
    if (one.status === 'fulfilled') done.push(one.value);
    else if (one.reason instanceof Refusal) refused[one.reason.code] = (refused[one.reason.code] ?? 0) + 1;
    else throw one.reason;
  }
  return { done, refused };
}
