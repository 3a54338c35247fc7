/**
 * `npm run simulate -- [--commands N] [--runs N] [--rail NAME] [--seed S]`: random histories of a
 * treasury, compared with a model after each command, on both databases at once. Progress goes to
 * standard error; the last line on standard output is `ok`, or what broke with its seed. Exit 0,
 * 1 when something broke, 2 on wrong usage.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { type Nursery, postgresNursery, sqliteNursery } from './fresh-treasury.ts';
import { ALL_STEPS, type Played, RAIL_STEPS, simulate } from './run.ts';

const COMMANDS = 10_000;
/** PostgreSQL answers over a socket: it plays one command of so many, and takes about as long. */
const ON_POSTGRES = 10;
const PROGRESS_MS = 2_000;
const RAILS_TO_COME = ['stellar', 'stripe', 'nowpayments'];

class Usage extends Error {}

interface Wanted {
  readonly commands: number;
  readonly runs: number;
  readonly seed: number;
  readonly steps: typeof ALL_STEPS;
}

function wantedOf(args: readonly string[]): Wanted {
  const { values } = parsed(args);
  const { rail } = values;
  if (rail !== undefined && rail !== 'simulated') {
    const known = RAILS_TO_COME.includes(rail);
    throw new Usage(known ? `The ${rail} rail cannot be simulated here yet.` : `There is no rail called ${rail}.`);
  }
  return {
    commands: wholeNumber('--commands', values.commands ?? String(COMMANDS), 1),
    runs: wholeNumber('--runs', values.runs ?? '1', 1),
    seed: wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000_000)), 0),
    steps: rail === undefined ? ALL_STEPS : RAIL_STEPS,
  };
}

function parsed(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ args: [...args], options: { commands: text, runs: text, rail: text, seed: text } });
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, value: string, min: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min)) throw new Usage(`${name} takes a whole number from ${min} on, not "${value}".`);
  return number;
}

async function run({ commands, seed, steps }: Omit<Wanted, 'runs'>): Promise<{ database: string; played: Played }[]> {
  const onPostgres = Math.ceil(commands / ON_POSTGRES);
  const server = await startPostgres();
  try {
    return await Promise.all([
      playOn('SQLite', await sqliteNursery(), { commands: commands - onPostgres, seed, steps }),
      playOn('PostgreSQL', await postgresNursery(server.url), { commands: onPostgres, seed, steps }),
    ]);
  } finally {
    await server.stop();
  }
}

async function playOn(database: string, nursery: Nursery, wanted: Omit<Wanted, 'runs'>) {
  const begun = performance.now();
  let told = begun;
  const tell = (commands: number) => {
    const now = performance.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    const perSecond = Math.round((commands / (now - begun)) * 1_000);
    process.stderr.write(`${database}: ${commands} of ${wanted.commands} commands, ${perSecond} a second\n`);
  };
  try {
    const played = await simulate({ nursery, ...wanted, progress: tell });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    process.stderr.write(`${database}: ${played.commands} commands in ${seconds} s\n`);
    return { database, played };
  } finally {
    await nursery.close();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { runs, ...wanted } = wantedOf(args);
  process.stderr.write(`seed ${wanted.seed}: ${wanted.commands} commands, one in ${ON_POSTGRES} on PostgreSQL\n`);
  for (let index = 0; index < runs; index++) {
    // Far enough apart that no two runs play the same chunk.
    for (const { database, played } of await run({ ...wanted, seed: wanted.seed + index * 10_000_000 })) {
      if (played.broke === null) continue;
      const { seed, why } = played.broke;
      process.stderr.write(`\n${why}\n\n`);
      process.stdout.write(`broken on ${database}, seed ${seed}: ${why.split('\n')[0]}\n`);
      return 1;
    }
  }
  process.stdout.write('ok\n');
  return 0;
}

async function exitCodeOf(args: readonly string[]): Promise<number> {
  try {
    return await main(args);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

// Said outright: what starts the tests' PostgreSQL ends every process with 0 otherwise.
process.exit(await exitCodeOf(process.argv.slice(2)));
