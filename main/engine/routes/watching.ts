import { listJobs } from '../../../core/jobs/views.ts';
import { railRates } from '../../../core/watching/rates.ts';
import { openOf, procedures } from '../calls.ts';

export const watching = {
  rates: procedures.watching.rates.handler(({ context: { call } }) => {
    const { writer, clock } = openOf(call).treasury;
    return railRates(writer, clock.nowMs());
  }),

  metrics: procedures.watching.metrics.handler(async ({ context: { call }, input: { amounts } }) => {
    const open = openOf(call);
    const { sync, jobs } = await open.watchSurroundings();
    return open.longReads.ask('metrics', { nowMs: open.clock.nowMs(), amounts, jobs, sync });
  }),

  jobs: procedures.watching.jobs.handler(async ({ context: { call } }) => {
    const { treasury, jobs, clock } = openOf(call);
    const views = await listJobs(treasury.writer, jobs.timetables(), clock.nowMs());
    const named = (health: 'failing' | 'late') => views.filter((job) => job.health === health).map(({ name }) => name);
    return { running: jobs.isStarted, failing: named('failing'), late: named('late') };
  }),
};
