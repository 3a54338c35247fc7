import { pauseJob, resumeJob } from '../../../core/jobs/upkeep.ts';
import { jobHistory, listJobs } from '../../../core/jobs/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { command, openOf, procedures } from '../calls.ts';

export const jobs = {
  list: procedures.jobs.list.handler(({ context: { call } }) => {
    const { treasury, jobs: runner } = openOf(call);
    return listJobs(treasury.writer, runner.timetables(), treasury.clock.nowMs());
  }),

  history: procedures.jobs.history.handler(({ context: { call }, input }) =>
    jobHistory(openOf(call).treasury.writer, input.name, pageRequest(input)),
  ),

  pause: procedures.jobs.pause.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => pauseJob(work, input));
    return {};
  }),

  resume: procedures.jobs.resume.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => resumeJob(work, input));
    openOf(call).jobs.lookAgain(input.name);
    return {};
  }),
};
