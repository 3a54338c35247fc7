/** Whatever went wrong, as one line for a person. */
import { ERRORS } from '../../core/contract/index.ts';
import { ServeError } from '../server/errors.ts';
import { UsageError, VerbFailed } from './verb.ts';

export interface Failure {
  readonly exit: 1 | 2;
  readonly line: string;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or folder',
  EACCES: 'Not allowed to use',
  EPERM: 'Not allowed to use',
  EEXIST: 'There is already a file at',
  EISDIR: 'Expected a file, not a folder, at',
  ENOTDIR: 'Expected a folder at',
  ENOSPC: 'No space left to write',
  EROFS: 'Cannot be written to',
};

export function asFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { exit: 2, line: `${oneLine(error.message)} See --help.` };
  return { exit: 1, line: oneLine(sentence(error)) };
}

function sentence(error: unknown): string {
  if (error instanceof VerbFailed || error instanceof ServeError) return error.message;
  const { code, path, message, data } = error as NodeJS.ErrnoException & { data?: unknown };
  // By its code: a refusal that came out of the engine's thread has lost its class, not its code.
  if (typeof code === 'string' && Object.hasOwn(ERRORS, code)) return refused(message, code, data);
  const known = typeof code === 'string' ? SYSTEM_ERRORS[code] : undefined;
  if (known !== undefined && path !== undefined) return `${known} ${path}`;
  return `Unexpected: ${error instanceof Error ? message : String(error)}`;
}

/** The sentence, what it is about, and the code that scripts and the manual know it by. */
function refused(message: string, code: string, data: unknown): string {
  const facts = Object.entries(typeof data === 'object' && data !== null ? data : {})
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${String(value)}`);
  const about = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${message}${about} [${code}]`;
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
