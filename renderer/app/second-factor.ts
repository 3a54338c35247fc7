/**
 * The second factor is asked for when the engine wants it, in the middle of whatever is being done.
 * The call that was refused for want of it is made again once it was shown; many calls at once share
 * one question.
 */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { create } from 'zustand';
import { codeOf, dataOf } from './refusals.ts';

interface Question {
  /** False: this person has none yet, and has to enrol one first. */
  readonly enrolled: boolean;
}

interface PromptState {
  readonly question: Question | null;
}

export const useFactorPrompt = create<PromptState>(() => ({ question: null }));

let open: PromiseWithResolvers<boolean> | null = null;

/** True once it was shown; false when the person would rather not. */
function ask(question: Question): Promise<boolean> {
  open ??= Promise.withResolvers<boolean>();
  useFactorPrompt.setState({ question });
  return open.promise;
}

export function answerFactorPrompt(shown: boolean): void {
  useFactorPrompt.setState({ question: null });
  open?.resolve(shown);
  open = null;
}

export class FactorLink<T extends ClientContext> implements ClientLink<T> {
  readonly #link: ClientLink<T>;
  /** Calls in somebody else's session are not this person's to answer for. */
  readonly #isOwn: (context: T) => boolean;

  constructor(link: ClientLink<T>, isOwn: (context: T) => boolean) {
    this.#link = link;
    this.#isOwn = isOwn;
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<T>): Promise<unknown> {
    try {
      return await this.#link.call(path, input, options);
    } catch (error) {
      if (codeOf(error) !== 'session.second_factor_required' || !this.#isOwn(options.context)) throw error;
      if (!(await ask({ enrolled: dataOf(error).enrolled === true }))) throw error;
      return this.#link.call(path, input, options);
    }
  }
}
