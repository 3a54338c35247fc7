/**
 * What a verb of the command line is declared with. Its usage line, its help and the parsing of
 * its arguments all come from this, so that they cannot disagree.
 */
import type { Terminal } from './terminal.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the usage line. */
  readonly value?: string;
  readonly about: string;
  readonly required?: true;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K] extends { type: 'boolean' }
    ? boolean
    : O[K] extends { required: true }
      ? string
      : string | undefined;
};

export interface Call<O extends OptionSpecs = OptionSpecs, A extends string = string> {
  readonly options: OptionValues<O>;
  readonly args: Readonly<Record<A, string>>;
  readonly terminal: Terminal;
}

/** What a verb has found out: for a script, for a person, and whether the check held. */
export interface Outcome {
  /** False makes the exit code 1: the verb worked, and what it checked does not hold. */
  readonly ok: boolean;
  readonly json: unknown;
  readonly text: readonly string[];
}

export interface Verb<O extends OptionSpecs = OptionSpecs, A extends string = string> {
  /** One sentence. */
  readonly about: string;
  /** Positional arguments, all of them needed. */
  readonly args: readonly A[];
  /** Positional arguments that may be left out; what was left out is an empty text. */
  readonly optionalArgs?: readonly A[];
  readonly options: O;
  run(call: Call<O, A>): Promise<Outcome>;
}

/** Keeps the names and types of options and arguments for `run`. */
export function verb<const O extends OptionSpecs, const A extends string>(definition: Verb<O, A>): Verb<O, A> {
  return definition;
}

/** The command was typed wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a verb could not do, in one sentence: exit code 1. */
export class VerbFailed extends Error {
  override readonly name = 'VerbFailed';
}
