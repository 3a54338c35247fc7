/** Steps of servers: they wake and look at their jobs, are asked for one, and die in the middle of it. */
import fc from 'fast-check';
import { pauseJob, resumeJob } from '../../core/jobs/upkeep.ts';
import type { JobRunner } from '../../main/engine/jobs/runner.ts';
import { Died, dyingWriter } from '../support/dying-writer.ts';
import * as model from './model/jobs.ts';
import type { ModelState } from './model/state.ts';
import { person } from './payout-steps.ts';
import { registerAll, serverOf } from './servers.ts';
import { Step } from './step.ts';
import type { World } from './world.ts';

const names = Object.keys(model.JOBS);
const job = fc.constantFrom('process-schedules', 'process-schedules', 'process-schedules', 'process-escrow', ...names);

/** Mostly it lives. */
const death: fc.Arbitrary<model.Death | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.oneof(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 20 })),
      when: fc.constantFrom('before', 'after'),
    }),
  },
);

interface Server {
  readonly runner: JobRunner;
  /** What it could not write down. */
  readonly warnings: readonly string[];
}

function startServer(w: World, dies: model.Death | null): Server {
  w.servers += 1;
  const writer = dyingWriter(w.t.writer, dies ?? { at: Number.MAX_SAFE_INTEGER, when: 'before' });
  const treasury = { ...w.t.treasury, writer };
  const warnings: string[] = [];
  const runner = serverOf({
    treasury,
    timers: w.t.clock,
    holder: `server ${w.servers}`,
    dies: dies !== null,
    warn: (sentence) => warnings.push(sentence),
  });
  return { runner, warnings };
}

/** What the first server of all does before anything else. */
function firstOfAll(m: ModelState, w: World): { readonly first?: () => Promise<void> } {
  if (m.jobs.size > 0) return {};
  model.register(m);
  return { first: () => registerAll(w.t.treasury) };
}

const wake = death.map(
  (dies) =>
    new Step('a server wakes', { dies }, (m, w) => ({
      ...firstOfAll(m, w),
      expected: model.until(model.serverWakes(m, w, dies !== null), dies) === 'died' ? 'died' : 'ok',
      act: async () => {
        const { runner, warnings } = startServer(w, dies);
        runner.start();
        await w.t.clock.pass(0);
        // It sleeps again, or is dead: either way its timers come to nothing.
        w.t.clock.forgetAll();
        const unexpected = warnings.find((sentence) => !sentence.includes('Died'));
        if (unexpected !== undefined) throw new Error(unexpected);
        if (warnings.length > 0) throw new Died(warnings[0]);
      },
    })),
);

const runOne = fc.record({ job, death }).map(
  ({ job: name, death }) =>
    new Step('run a job', { name, death }, (m, w) => {
      const dies = model.JOBS[name]?.immortal ? null : death;
      return {
        ...firstOfAll(m, w),
        expected: model.until(model.runByHand(m, w, name), dies),
        act: async () => {
          try {
            await startServer(w, dies).runner.runNow(name);
          } finally {
            w.t.clock.forgetAll();
          }
        },
      };
    }),
);

const pause = fc.record({ by: person, job, resumes: fc.constantFrom(true, true, false) }).map(
  ({ by, job: name, resumes }) =>
    new Step(resumes ? 'resume a job' : 'pause a job', { by, name }, (m, w) => ({
      expected: model.pause(m, name, !resumes),
      act: () =>
        w.as(by, 'job.pause', (work) =>
          resumes ? resumeJob(work, { name }) : pauseJob(work, { name, reason: 'a step of a simulation' }),
        ),
    })),
);

export const jobSteps = [
  { weight: 12, arbitrary: wake },
  { weight: 12, arbitrary: runOne },
  { weight: 2, arbitrary: pause },
];
