/** What keeps the log provable even when its end is cut off. */
import { keepCheckpoint } from '../../../core/audit/checkpoints.ts';
import { vaultSigner } from '../../../core/audit/vault-key.ts';
import type { Treasury } from '../../../core/store/command.ts';
import type { Job } from './job.ts';
import { cron } from './timetable.ts';

export function checkpointJob(treasury: Treasury): Job {
  return {
    name: 'checkpoint',
    timetable: cron('0 * * * *'),
    wakesOn: [],
    run: async () => {
      const { writer, secrets, clock } = treasury;
      const { size, isNew } = await keepCheckpoint(writer, await vaultSigner(writer, secrets), clock);
      return { summary: isNew ? `entry ${size} signed` : 'the log has not grown', items: isNew ? 1 : 0 };
    },
  };
}
