import { noteRun } from '../note-run.ts';
import { treasuryOptions, withTreasury } from '../opened-treasury.ts';
import { UsageError, verb } from '../verb.ts';

export const jobRun = verb({
  about:
    'Run a job now, for a scheduler outside: nothing happens when it runs on a server at the moment. Exit code 1 when the run failed.',
  args: ['NAME'],
  options: treasuryOptions,
  async run(call) {
    const { NAME: name } = call.args;
    const result = await withTreasury(call, async ({ treasury, jobs }) => {
      if (!jobs.names().includes(name)) {
        throw new UsageError(`There is no job "${name}"; there are: ${jobs.names().join(', ')}.`);
      }
      await noteRun(treasury, name, call.options.as ?? null);
      return jobs.runNow(name);
    });
    if (!result) throw new Error(`Job ${name} vanished while it was asked to run`);
    return {
      ok: result.outcome === 'ok',
      json: { name, ...result },
      text: [`${name}: ${result.outcome}, ${result.summary}`],
    };
  },
});
