/**
 * Ways to play at the same time: histories compared with a model on SQLite and on PostgreSQL, and a
 * crowd that is compared with nothing but what is always true, over many connections at once.
 */
import { inspect } from 'node:util';
import { Crowd } from './crowd.ts';
import { type Nursery, postgresNursery, sqliteNursery } from './fresh-treasury.ts';
import { type MIXES, simulate } from './run.ts';
import { World } from './world.ts';

export const LANES = ['sqlite', 'postgres', 'crowd'] as const;
export type Lane = (typeof LANES)[number];

export interface LaneTerms {
  readonly serverUrl: string;
  readonly seed: number;
  readonly commands: number;
  readonly mixes: typeof MIXES;
  readonly progress: (played: number) => void;
}

export interface Broke {
  readonly seed: number;
  readonly why: string;
}

export interface LaneResult {
  readonly commands: number;
  readonly broke: Broke | null;
}

/** PostgreSQL answers over a socket: while it thinks, another history goes on. */
const AT_ONCE_ON_POSTGRES = 3;
/** So far apart that no two of them play the same chunk. */
const APART = 1_000_000;
const PEOPLE = 12;
const ACTS = 12;
const BOUTS = 8;

export function play(lane: Lane, terms: LaneTerms): Promise<LaneResult> {
  switch (lane) {
    case 'sqlite':
      return within(sqliteNursery(), (nursery) => simulate({ nursery, ...terms }));
    case 'postgres':
      return within(postgresNursery(terms.serverUrl), (nursery) => onPostgres(nursery, terms));
    case 'crowd':
      return within(postgresNursery(terms.serverUrl, PEOPLE), (nursery) => crowds(nursery, terms));
  }
}

async function within(making: Promise<Nursery>, use: (nursery: Nursery) => Promise<LaneResult>): Promise<LaneResult> {
  const nursery = await making;
  try {
    return await use(nursery);
  } finally {
    await nursery.close();
  }
}

/** The first of them begins with the seed itself, which so plays again what broke under it. */
async function onPostgres(nursery: Nursery, { seed, commands, mixes, progress }: LaneTerms): Promise<LaneResult> {
  const played = Array.from({ length: AT_ONCE_ON_POSTGRES }, () => 0);
  const results = await Promise.all(
    played.map((_, index) =>
      simulate({
        nursery,
        seed: seed + index * APART,
        commands: Math.ceil(commands / AT_ONCE_ON_POSTGRES),
        mixes,
        progress: (count) => {
          played[index] = count;
          progress(played.reduce((sum, one) => sum + one, 0));
        },
      }),
    ),
  );
  return {
    commands: results.reduce((sum, one) => sum + one.commands, 0),
    broke: results.find(({ broke }) => broke !== null)?.broke ?? null,
  };
}

async function crowds(nursery: Nursery, { seed, commands, progress }: LaneTerms): Promise<LaneResult> {
  let played = 0;
  for (let crowdSeed = seed; played < commands; crowdSeed++) {
    const treasury = await nursery.open(`crowd ${crowdSeed}`);
    try {
      const crowd = new Crowd(new World(treasury), crowdSeed);
      const broken = await bustle(crowd);
      played += [...crowd.answers.values()].reduce((sum, times) => sum + times, 0);
      if (broken.length > 0) return { commands: played, broke: { seed: crowdSeed, why: broken.join('\n') } };
    } catch (error) {
      return { commands: played, broke: { seed: crowdSeed, why: inspect(error) } };
    } finally {
      await treasury.close();
    }
    progress(played);
  }
  return { commands: played, broke: null };
}

async function bustle(crowd: Crowd): Promise<readonly string[]> {
  for (let bout = 0; bout < BOUTS; bout++) {
    await crowd.bustle(PEOPLE, ACTS);
    const broken = await crowd.broken();
    if (broken.length > 0) return broken;
  }
  await crowd.finish();
  return [...(await crowd.broken()), ...(await crowd.untrue())];
}
