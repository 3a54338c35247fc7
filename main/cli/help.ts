import type { Verb } from './verb.ts';
import { VERBS } from './verbs.ts';

export function usage(): string {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length));
  const verbs = Object.entries(VERBS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return [
    'Usage: countersign VERB …',
    '',
    ...verbs,
    '',
    'Every verb: --help, --json. Exit codes: 0 done, 1 the check failed, 2 wrong usage.',
    '',
  ].join('\n');
}

/** `command` is what is typed before its arguments. */
export function usageOf(command: string, { about, args, optionalArgs = [], options }: Verb): string {
  const entries = Object.entries(options).map(([option, spec]) => {
    const flag = spec.type === 'boolean' ? `--${option}` : `--${option} ${spec.value ?? option.toUpperCase()}`;
    return { flag, shown: spec.required ? flag : `[${flag}]`, about: spec.about };
  });
  entries.push({ flag: '--json', shown: '[--json]', about: 'Print the result as JSON' });
  const width = Math.max(...entries.map(({ flag }) => flag.length));
  return [
    `Usage: ${[command, ...args, ...optionalArgs.map((arg) => `[${arg}]`), ...entries.map(({ shown }) => shown)].join(' ')}`,
    '',
    `${about}`,
    '',
    ...entries.map(({ flag, about: what }) => `  ${flag.padEnd(width)}  ${what}`),
    '',
  ].join('\n');
}
