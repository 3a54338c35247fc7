import { perform, type Treasury } from '../../../core/store/command.ts';
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

/** Who it was is known as far as they opened the vault by their own name. */
async function noteRun(treasury: Treasury, name: string, openedBy: string | null): Promise<void> {
  const actor = { kind: 'job', id: 'cli', name: openedBy ?? 'command line', roles: [] } as const;
  const origin = { host: 'cli', ip: null, userAgent: null, correlationId: `job run ${name}` };
  await perform(treasury, { action: 'job.run', actor, origin }, async (work) =>
    work.audit({ action: 'job.run', subject: `job:${name}`, details: { openedBy } }),
  );
}
