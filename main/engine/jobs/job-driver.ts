/** What a job's own work goes by: its name as the actor, and a step that ends when its turn does. */
import type { Driver } from '../../../core/jobs/driver.ts';
import type { Treasury } from '../../../core/store/command.ts';
import type { Turn } from './job.ts';
import { jobActor } from './runner.ts';

export function driverFor(treasury: Treasury, job: string, turn: Turn): Driver & Required<Pick<Driver, 'step'>> {
  return {
    treasury,
    action: `job.${job}`,
    actor: jobActor(job),
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: job },
    step: () => turn.step(),
  };
}
