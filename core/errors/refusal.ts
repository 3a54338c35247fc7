import { ERRORS, type ErrorCode } from '../contract/errors.ts';

export type RefusalData = Readonly<Record<string, string | number | boolean | null>>;

/**
 * An expected failure: something a person asked for that the treasury does not do. It carries the
 * code of the contract, a sentence, and the data to act on. Each capability derives its own class
 * and keeps its constructors in its `errors.ts`. Programmer errors are not refusals: they are
 * thrown as plain errors and crash the operation.
 */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly code: ErrorCode;
  readonly data: RefusalData;
  /** True once its audit entry is written, so that nobody writes a second one. */
  recorded = false;

  constructor(code: ErrorCode, data: RefusalData = {}, sentence?: string) {
    super(sentence ?? ERRORS[code].message);
    this.code = code;
    this.data = data;
  }
}

/** A bug, not a refusal: says what was thought to be impossible. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${what}`);
}
