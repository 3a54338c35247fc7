/** Servers of a simulation: each runs the jobs that the model knows; the others have tests of their own. */

import { registerJobs } from '../../core/jobs/leases.ts';
import type { Treasury } from '../../core/store/command.ts';
import { jobsFor } from '../../main/engine/jobs/definitions.ts';
import { JobRunner } from '../../main/engine/jobs/runner.ts';
import type { Timers } from '../../main/engine/jobs/timers.ts';
import { nextAfter } from '../../main/engine/jobs/timetable.ts';
import { JOBS, namesOf } from './model/jobs.ts';

export interface ServerTerms {
  readonly treasury: Treasury;
  readonly timers: Timers;
  readonly holder: string;
  /** Whether it is to die. */
  readonly dies: boolean;
  readonly warn: (sentence: string) => void;
}

const jobsOf = (treasury: Treasury) =>
  jobsFor({ treasury, backup: null, settleSlots: async () => undefined }).filter(({ name }) => name in JOBS);

/** As the first server does that is started on a database. */
export async function registerAll(treasury: Treasury): Promise<void> {
  const nowMs = treasury.clock.nowMs();
  await registerJobs(
    treasury.writer,
    jobsOf(treasury).map(({ name, timetable }) => ({ name, firstRunAtMs: nextAfter(timetable, nowMs) })),
  );
}

export function serverOf({ treasury, timers, holder, dies, warn }: ServerTerms): JobRunner {
  const jobs = jobsOf(treasury);
  return new JobRunner(
    { treasury, timers, holder, random: () => 0.5, warn },
    namesOf(dies).flatMap((name) => jobs.filter((job) => job.name === name)),
  );
}
