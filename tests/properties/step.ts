/**
 * A step of a run: something that one actor does. It is told to the model, which says what must
 * come of it, and done in the real treasury, which must say the same.
 */
import { setImmediate } from 'node:timers/promises';
import type { AsyncCommand } from 'fast-check';
import { agree, Disagreement } from './agreement.ts';
import { differing } from './digest.ts';
import type { ModelState } from './model/state.ts';
import { answerOf, type World } from './world.ts';

/** Told after each step that was played; for counting and progress. */
export interface Audience {
  played(name: string, answer: string): void;
}

interface Play {
  /** What the model says of it. */
  readonly expected: string;
  /** What is done before, whatever comes of the step itself. */
  readonly first?: () => Promise<unknown>;
  /** The real thing. */
  readonly act: () => Promise<unknown>;
}

export class Step implements AsyncCommand<ModelState, World> {
  readonly #name: string;
  readonly #terms: unknown;
  readonly #play: (m: ModelState, w: World) => Play | null;

  /** `play` gives null where there is nothing yet to do it with. */
  constructor(name: string, terms: unknown, play: (m: ModelState, w: World) => Play | null) {
    this.#name = name;
    this.#terms = terms;
    this.#play = play;
  }

  check(): boolean {
    return true;
  }

  async run(m: ModelState, w: World): Promise<void> {
    // Nothing happens at the same moment as another: what is ordered by time has one order.
    m.now += 1;
    w.t.clock.advance(1);
    const play = this.#play(m, w);
    if (play === null) return;
    if (play.first) {
      await play.first();
      w.seen = null;
    }
    const before = w.seen ?? (await w.look());
    const answer = await answerOf(play.act);
    if (answer !== play.expected) {
      throw new Disagreement(`${this}: the model says ${play.expected}, the treasury ${answer}`);
    }
    const after = await w.look();
    if (answer !== 'ok' && answer !== 'died') {
      const changed = differing(before.digest, after.digest);
      if (changed.length > 0)
        throw new Disagreement(`${this}: refused with ${answer}, and yet changed ${changed.join(', ')}`);
    }
    w.learnPayouts(m, after);
    await agree(m, w, after);
    w.audience.played(this.#name, answer);
    // SQLite answers without waiting for anything: others who play at the same time get their turn here.
    await setImmediate();
  }

  toString(): string {
    const terms = JSON.stringify(this.#terms, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    return `${this.#name}(${terms})`;
  }
}
