/** Random runs of steps, by a seed: each in a treasury of its own, compared with a model of its own. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { agreeAtTheEnd, Disagreement } from './agreement.ts';
import { campaignSteps } from './campaign-steps.ts';
import type { Nursery } from './fresh-treasury.ts';
import { jobSteps } from './job-steps.ts';
import { fundSteps, ledgerSteps } from './ledger-steps.ts';
import { ModelState } from './model/state.ts';
import { approvalSteps, payoutSteps, statementSteps } from './payout-steps.ts';
import { railSteps, stopSteps, waitSteps } from './rail-steps.ts';
import { scheduleSteps } from './schedule-steps.ts';
import type { Audience, Step } from './step.ts';
import { World } from './world.ts';

type Steps = readonly fc.WeightedArbitrary<Step>[];

/** Paying and bringing back alone, over a rail that does what it likes. */
export const RAIL_STEPS: Steps = [...payoutSteps, ...railSteps, ...railSteps, ...fundSteps];

/**
 * What is played, chunk by chunk in turn. All at once meets everything, and each thing seldom; the
 * others go deep into a part of the treasury.
 */
export const MIXES: readonly Steps[] = [
  [
    ...payoutSteps,
    ...railSteps,
    ...stopSteps,
    ...waitSteps,
    ...ledgerSteps,
    ...campaignSteps,
    ...scheduleSteps,
    ...jobSteps,
  ],
  [...payoutSteps, ...payoutSteps, ...railSteps, ...waitSteps, ...fundSteps, ...fundSteps, ...jobSteps],
  [...statementSteps, ...ledgerSteps, ...campaignSteps, ...waitSteps, ...jobSteps],
  [...scheduleSteps, ...jobSteps, ...waitSteps, ...statementSteps, ...approvalSteps],
];

/** A chunk is what one seed stands for: the same seed plays the same steps. The search for a shorter run that breaks has a limit. */
const CHUNK = { runs: 4, stepsMax: 200, limitMs: 120_000 };

export interface Simulation {
  readonly nursery: Nursery;
  readonly seed: number;
  readonly commands: number;
  readonly mixes?: readonly Steps[];
  /** Told after each chunk. */
  readonly progress?: (played: number) => void;
}

export interface Played {
  readonly commands: number;
  /** How often each command came to each answer. */
  readonly answers: ReadonlyMap<string, number>;
  /** What broke, or null. */
  readonly broke: { readonly seed: number; readonly why: string } | null;
}

/** At least so many commands, in treasuries of some hundred commands each. */
export async function simulate({ nursery, seed, commands, mixes = MIXES, progress }: Simulation): Promise<Played> {
  const answers = new Map<string, number>();
  let played = 0;
  const audience: Audience = {
    played(name, answer) {
      played += 1;
      const key = `${name}: ${answer}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    },
  };
  for (let chunk = 0; played < commands; chunk++) {
    const chunkSeed = seed + chunk;
    // By the seed, so that a chunk played alone again is the same one.
    const steps = mixes[chunkSeed % mixes.length];
    if (!steps) throw new Error('There is nothing to play');
    const why = await playChunk(nursery, chunkSeed, steps, audience);
    if (why !== null) return { commands: played, answers, broke: { seed: chunkSeed, why } };
    progress?.(played);
  }
  return { commands: played, answers, broke: null };
}

/** Null when every run agreed with its model, or what broke: the shortest run found that still does. */
async function playChunk(nursery: Nursery, seed: number, steps: Steps, audience: Audience): Promise<string | null> {
  const property = fc.asyncProperty(
    // Without a bias towards few: what is interesting needs a history.
    fc.noBias(fc.commands([fc.oneof(...steps)], { maxCommands: CHUNK.stepsMax, size: 'max' })),
    async (commands) => {
      const treasury = await nursery.open('run');
      try {
        const world = new World(treasury, audience);
        await fc.asyncModelRun(() => ({ model: new ModelState(treasury.clock.nowMs()), real: world }), commands);
        await agreeAtTheEnd(world);
      } finally {
        await treasury.close();
      }
    },
  );
  const details = await fc.check(property, { seed, numRuns: CHUNK.runs, interruptAfterTimeLimit: CHUNK.limitMs });
  if (!details.failed) return null;
  const { errorInstance } = details;
  // A disagreement says all there is to say; of a fault one wants to know where it came from.
  const why = errorInstance instanceof Disagreement ? errorInstance.message : inspect(errorInstance);
  return `${why}\n\n${fc.defaultReportMessage(details)}`;
}
