import { listJobs } from '../../../core/jobs/views.ts';
import { treasuryOptions, withTreasury } from '../opened-treasury.ts';
import { verb } from '../verb.ts';

export const jobList = verb({
  about: 'Every job: when it runs by itself, and what came of its last run. A vault file must not be open elsewhere.',
  args: [],
  options: treasuryOptions,
  async run(call) {
    const jobs = await withTreasury(call, ({ treasury, jobs: runner }) =>
      listJobs(treasury.writer, runner.timetables(), treasury.clock.nowMs()),
    );
    const width = Math.max(...jobs.map(({ name }) => name.length));
    return {
      ok: true,
      json: jobs,
      text: jobs.map(({ name, timetable, health, lastEndedAtMs, lastOutcome, lastSummary }) => {
        const last =
          lastEndedAtMs === null
            ? 'has not run yet'
            : `${lastOutcome} at ${new Date(lastEndedAtMs).toISOString()}: ${lastSummary}`;
        return `${name.padEnd(width)}  ${timetable.padEnd(12)}  ${health.padEnd(7)}  ${last}`;
      }),
    };
  },
});
