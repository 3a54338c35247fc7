/** Finds the verb, parses its arguments, runs it, and turns what comes of it into output and an exit code. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { asFailure } from './errors.ts';
import { usage, usageOf } from './help.ts';
import type { Terminal } from './terminal.ts';
import { type Call, type OptionSpecs, type Outcome, UsageError, type Verb } from './verb.ts';
import { VERBS } from './verbs.ts';

export type Streams = Omit<Terminal, 'json'>;
export type ExitCode = 0 | 1 | 2;

export async function run(argv: readonly string[], streams: Streams): Promise<ExitCode> {
  try {
    const found = findVerb(argv);
    if (found === null) return listVerbs(argv, streams);
    const { load } = found;
    return await runVerb(`countersign ${found.name}`, await load(), found.rest, streams);
  } catch (error) {
    return failed('countersign', error, streams);
  }
}

/** A command of its own, with the manners of a verb. `shown` is how it is typed. */
export async function runCommand(
  { name, shown, verb }: { readonly name: string; readonly shown: string; readonly verb: Verb },
  argv: readonly string[],
  streams: Streams,
): Promise<ExitCode> {
  try {
    return await runVerb(shown, verb, argv, streams);
  } catch (error) {
    return failed(name, error, streams);
  }
}

function failed(name: string, error: unknown, streams: Streams): ExitCode {
  const { exit, line } = asFailure(error);
  streams.stderr.write(`${name}: ${line}\n`);
  return exit;
}

async function runVerb(command: string, verb: Verb, argv: readonly string[], streams: Streams): Promise<ExitCode> {
  const { values, positionals } = parse(verb.options, argv);
  if (values.help === true) {
    streams.stdout.write(usageOf(command, verb));
    return 0;
  }
  const terminal = { ...streams, json: values.json === true };
  const outcome = await verb.run({
    options: complete(verb.options, values),
    args: named(verb, positionals),
    terminal,
  });
  streams.stdout.write(printed(outcome, terminal.json));
  return outcome.ok ? 0 : 1;
}

function findVerb(argv: readonly string[]) {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb !== undefined) return { name, load: verb.load, rest: argv.slice(words) };
  }
  return null;
}

function listVerbs(argv: readonly string[], streams: Streams): ExitCode {
  if (argv[0] === '--help' || argv[0] === 'help' || argv[0] === '-h') {
    streams.stdout.write(usage());
    return 0;
  }
  throw new UsageError(argv.length === 0 ? 'Say what to do.' : `There is no command "${argv.slice(0, 2).join(' ')}".`);
}

function parse(specs: OptionSpecs, argv: readonly string[]) {
  const options: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } };
  for (const [name, { type }] of Object.entries(specs)) options[name] = { type };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own words, without its advice about dashes.
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}.`);
  }
}

/** Every option with its value; a missing flag is false. */
function complete(specs: OptionSpecs, values: ReturnType<typeof parse>['values']): Call['options'] {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, required }]) => {
      const value = values[name];
      if (required && value === undefined) throw new UsageError(`--${name} is missing.`);
      if (value === '') throw new UsageError(`--${name} is empty.`);
      return [name, type === 'boolean' ? value === true : value];
    }),
  ) as Call['options'];
}

function named({ args, optionalArgs = [] }: Verb, positionals: readonly string[]): Record<string, string> {
  const names = [...args, ...optionalArgs];
  const missing = args[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`);
  if (positionals.length > names.length) throw new UsageError(`What is "${positionals[names.length]}"?`);
  return Object.fromEntries(names.map((name, index) => [name, positionals[index] ?? '']));
}

function printed({ json, text }: Outcome, asJson: boolean): string {
  if (!asJson) return text.map((line) => `${line}\n`).join('');
  // A verb that has said all it had to say while it ran has nothing left to print.
  return json === undefined
    ? ''
    : `${JSON.stringify(json, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}\n`;
}
