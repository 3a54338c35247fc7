/**
 * `npm run simulate -- [--commands N] [--runs N] [--rail NAME] [--seed S] [--on LANE]`: random
 * histories of a treasury, compared with a model after each command, on both databases at once, and
 * a crowd over many connections. Progress goes to standard error; the last line on standard output
 * is `ok`, or what broke with its seed. Exit 0, 1 when something broke, 2 on wrong usage.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { playChain } from './chain/many.ts';
import { playHistories } from './histories.ts';
import { LANES, type Lane, type LaneResult, type LaneTerms, play } from './lanes.ts';
import { nowPaymentsHistory } from './nowpayments/play.ts';
import { MIXES, RAIL_STEPS } from './run.ts';
import { stripeHistory } from './stripe/play.ts';

// Where clocks are put forward and back, which nothing here may notice.
process.env.TZ = 'Europe/Berlin';

const COMMANDS = 10_000;
/** Of a hundred commands; PostgreSQL answers over a socket, and so takes about as long as SQLite all the same. */
const SHARES: Readonly<Record<Lane, number>> = { sqlite: 75, postgres: 20, crowd: 5 };
const NAMES: Readonly<Record<Lane, string>> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  crowd: 'a crowd on PostgreSQL',
};
/** So far apart that no two runs play the same chunk. */
const RUNS_APART = 10_000_000;
const PROGRESS_MS = 5_000;
/** Rails that are played by themselves, against what they really talk to. */
const OWN_RAILS = {
  stellar: playChain,
  stripe: playHistories(stripeHistory),
  nowpayments: playHistories(nowPaymentsHistory),
} as const;
type OwnRail = keyof typeof OWN_RAILS;

const USAGE = `Usage: npm run simulate -- [--commands N] [--runs N] [--rail NAME] [--seed S] [--on LANE]

  --commands N  How many commands the history of a whole treasury has (default ${COMMANDS})
  --runs N      How many histories (default 1)
  --rail NAME   Play one rail against what it really talks to: ${Object.keys(OWN_RAILS).join(', ')}; or simulated
  --seed S      The same again, as the last line said it
  --on LANE     On one of ${LANES.join(', ')} only
`;

class Usage extends Error {}

interface Wanted {
  readonly commands: number;
  readonly runs: number;
  readonly seed: number;
  readonly lanes: readonly Lane[];
  readonly mixes: typeof MIXES;
  readonly ownRail: OwnRail | null;
}

function wantedOf(args: readonly string[]): Wanted {
  const { values } = parsed(args);
  const { rail, on } = values;
  const ownRail = rail !== undefined && rail in OWN_RAILS ? (rail as OwnRail) : null;
  if (rail !== undefined && rail !== 'simulated' && ownRail === null)
    throw new Usage(`There is no rail called ${rail}.`);
  const lane = LANES.find((name) => name === on);
  if (on !== undefined && lane === undefined) throw new Usage(`--on takes one of ${LANES.join(', ')}, not "${on}".`);
  return {
    commands: wholeNumber('--commands', values.commands ?? String(COMMANDS), 1),
    runs: wholeNumber('--runs', values.runs ?? '1', 1),
    seed: wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000_000)), 0),
    lanes: lane === undefined ? LANES : [lane],
    mixes: rail === undefined ? MIXES : [RAIL_STEPS],
    ownRail,
  };
}

function parsed(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ args: [...args], options: { commands: text, runs: text, rail: text, seed: text, on: text } });
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, value: string, min: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min)) throw new Usage(`${name} takes a whole number from ${min} on, not "${value}".`);
  return number;
}

async function playAll(wanted: Wanted): Promise<readonly (LaneResult & { readonly lane: Lane })[]> {
  const shares = wanted.lanes.reduce((sum, lane) => sum + SHARES[lane], 0);
  const server = await startPostgres();
  try {
    return await Promise.all(
      wanted.lanes.map(async (lane) => {
        const commands = Math.ceil((wanted.commands * SHARES[lane]) / shares);
        return { lane, ...(await playTold(lane, { ...wanted, commands, serverUrl: server.url })) };
      }),
    );
  } finally {
    await server.stop();
  }
}

async function playTold(lane: Lane, terms: Omit<LaneTerms, 'progress'>): Promise<LaneResult> {
  const begun = performance.now();
  let told = begun;
  const say = (sentence: string) => process.stderr.write(`${NAMES[lane]}: ${sentence}\n`);
  const progress = (played: number) => {
    const now = performance.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    say(`${played} of ${terms.commands} commands, ${Math.round((played / (now - begun)) * 1_000)} a second`);
  };
  const result = await play(lane, { ...terms, progress });
  say(`${result.commands} commands in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  return result;
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = wantedOf(args);
  if (wanted.ownRail !== null) return mainOnRail(wanted.ownRail, wanted);
  process.stderr.write(`seed ${wanted.seed}: ${wanted.commands} commands\n`);
  for (let run = 0; run < wanted.runs; run++) {
    for (const { lane, broke } of await playAll({ ...wanted, seed: wanted.seed + run * RUNS_APART })) {
      if (broke === null) continue;
      const { seed, why } = broke;
      process.stderr.write(`\n${why}\n\n`);
      process.stdout.write(`broken on ${NAMES[lane]}, --on ${lane} --seed ${seed}: ${why.split('\n')[0]}\n`);
      return 1;
    }
  }
  process.stdout.write('ok\n');
  return 0;
}

async function mainOnRail(rail: OwnRail, { runs, seed }: Wanted): Promise<number> {
  process.stderr.write(`seed ${seed}: ${runs} runs\n`);
  const broke = await OWN_RAILS[rail](runs, seed, (sentence) => process.stderr.write(`${sentence}\n`));
  if (broke !== null) process.stderr.write(`\n${broke.why}\n\n`);
  process.stdout.write(broke === null ? 'ok\n' : `broken: --rail ${rail} --seed ${broke.seed} --runs ${broke.runs}\n`);
  return broke === null ? 0 : 1;
}

async function exitCodeOf(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
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
