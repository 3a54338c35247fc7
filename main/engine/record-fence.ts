import { perform, type Treasury } from '../../core/store/command.ts';

/** A copy was recognised as one and opened fenced: the log says so before anybody does anything. */
export async function recordFence(treasury: Treasury, reason: string): Promise<void> {
  const actor = { kind: 'job', id: 'engine', name: 'engine', roles: [] } as const;
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: 'opening' };
  await perform(treasury, { action: 'vault.fence', actor, origin }, async (work) => {
    work.audit({ action: 'vault.fence', subject: 'vault', details: { reason } });
    work.emit({ name: 'vault.fenced', subject: 'vault' });
  });
}
