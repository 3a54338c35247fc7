/** From whatever was thrown to what a person is told: what happened, what is safe, what to do. */
import { ERRORS, type ErrorCode } from '../../core/contract/errors.ts';
import { localTime } from '../ui/time-text.ts';
import type { Said } from './words/en/refusals.ts';
import { words } from './words/words.ts';

export interface Told {
  readonly code: string;
  readonly what: string;
  readonly safe: string;
  readonly next: string;
}

export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return 'unexpected';
}

/** The facts a refusal carries, such as how long to wait. */
export function dataOf(error: unknown): Readonly<Record<string, unknown>> {
  if (
    typeof error === 'object' &&
    error !== null &&
    'data' in error &&
    typeof error.data === 'object' &&
    error.data !== null
  ) {
    return error.data as Record<string, unknown>;
  }
  return {};
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** A refusal may say more exactly what its code says in general. */
function sentenceOf(error: unknown, code: string): string | undefined {
  if (!isCode(code)) return undefined;
  return error instanceof Error && error.message !== '' ? error.message : ERRORS[code].message;
}

function waiting(error: unknown, said: Said | undefined): string | undefined {
  const { untilMs } = dataOf(error);
  return typeof untilMs === 'number' ? said?.nextFrom?.(localTime(untilMs)) : undefined;
}

export function tell(error: unknown): Told {
  const code = codeOf(error);
  const said = words.refusals.told[code];
  const fallback = words.refusals.unexpected;
  return {
    code,
    what: said?.what ?? sentenceOf(error, code) ?? fallback.what,
    safe: said?.safe ?? (isCode(code) ? words.refusals.nothingChanged : fallback.safe),
    next: waiting(error, said) ?? said?.next ?? (isCode(code) ? words.refusals.tryOtherwise : fallback.next),
  };
}

/** Asking again can help: the way to the engine broke, or the engine is just starting. */
export function worthAskingAgain(error: unknown): boolean {
  return ['connection.lost', 'engine.restarted'].includes(codeOf(error));
}

/** The desk has to be opened again before anything else works. */
export function endsTheSession(error: unknown): 'session_ended' | 'vault_locked' | null {
  const code = codeOf(error);
  if (code === 'session.required') return 'session_ended';
  return code === 'vault.locked' ? 'vault_locked' : null;
}
