import { perform, type Treasury } from '../../core/store/command.ts';

/** That a job was started by hand. Who it was is known as far as they opened the vault by their own name. */
export async function noteRun(treasury: Treasury, job: string, openedBy: string | null): Promise<void> {
  const actor = { kind: 'job', id: 'cli', name: openedBy ?? 'command line', roles: [] } as const;
  const origin = { host: 'cli', ip: null, userAgent: null, correlationId: `job run ${job}` };
  await perform(treasury, { action: 'job.run', actor, origin }, async (work) =>
    work.audit({ action: 'job.run', subject: `job:${job}`, details: { openedBy } }),
  );
}
