/** Looks whether anything needs attention: every minute, and at once after what may have made it so. */
import type { Treasury } from '../../../core/store/command.ts';
import { type Surroundings, watch } from '../../../core/watching/watch.ts';
import type { Job } from './job.ts';
import { jobActor } from './runner.ts';
import { everySeconds } from './timetable.ts';

const WATCH = 'watch';

export function watchJob(treasury: Treasury, around: () => Promise<Surroundings>): Job {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: WATCH };
  return {
    name: WATCH,
    timetable: everySeconds(60),
    wakesOn: [
      'alerts.set',
      'batch.released_elsewhere',
      'clock.behind',
      'clock.right',
      'job.failed',
      'job.recovered',
      'payout.failed',
      'provider.healthy',
      'provider.unhealthy',
      'provider_event.dead',
      'treasury.funded',
      'trust.broken',
      'trust.whole',
    ],
    run: async () => {
      const driver = { treasury, action: `job.${WATCH}`, actor: jobActor(WATCH), origin };
      const { raised, cleared, open } = await watch(driver, await around());
      return { summary: `${raised} raised, ${cleared} cleared, ${open} open`, items: raised + cleared };
    },
  };
}
