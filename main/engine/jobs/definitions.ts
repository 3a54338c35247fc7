/** Every job there is, and when it runs. Each one's work is a use case of core that guards itself. */
import { applyDueRecoveries } from '../../../core/access/recovery.ts';
import { watchTrust } from '../../../core/access/watch-trust.ts';
import { expireApprovals } from '../../../core/approvals/expire.ts';
import { lookAgain } from '../../../core/approvals/queue/upkeep.ts';
import { expireDueCampaigns } from '../../../core/campaigns/lifecycle.ts';
import { processDueReleases } from '../../../core/escrow-holds/release-due.ts';
import { purgeOutbox } from '../../../core/events/followers.ts';
import { expireDueLots } from '../../../core/ledger/spending.ts';
import { retryFailed } from '../../../core/payouts/retry-failed.ts';
import { processDueSchedules } from '../../../core/schedules/process.ts';
import type { CommandName, Treasury } from '../../../core/store/command.ts';
import type { Surroundings } from '../../../core/watching/watch.ts';
import type { Stellar } from '../stellar.ts';
import { checkpointJob } from './checkpoint-job.ts';
import type { Job } from './job.ts';
import { type Notifying, notificationJobs } from './notification-jobs.ts';
import { type RailProviders, railJobs } from './rail-jobs.ts';
import { jobActor } from './runner.ts';
import { stellarJobs } from './stellar-jobs.ts';
import { cron } from './timetable.ts';
import { watchJob } from './watch-job.ts';

export interface JobSurroundings {
  readonly treasury: Treasury;
  /** Absent where nobody does. */
  readonly providers?: RailProviders;
  /** Absent where nothing goes out on Stellar. */
  readonly stellar?: Stellar;
  /** Takes a proven backup; absent where the database's own tools do. */
  readonly backup: (() => Promise<{ readonly file: string }>) | null;
  /** What is known beside the records when somebody looks for trouble; absent where nobody does. */
  readonly watching?: () => Promise<Surroundings>;
  /** How people, payees and other systems are told; absent where nobody is. */
  readonly notifying?: Notifying;
  /** Makes the ways into the vault follow who is on staff. */
  readonly settleSlots: () => Promise<void>;
  /** Between 0 and 1; the machine's own unless told otherwise. */
  readonly random?: () => number;
}

export function jobsFor({
  treasury,
  providers,
  stellar,
  backup,
  watching,
  notifying,
  settleSlots,
  random = Math.random,
}: JobSurroundings): readonly Job[] {
  return [
    ...(providers?.rails.flatMap((rail) => railJobs({ treasury, providers, rail, random })) ?? []),
    ...(stellar ? stellarJobs(treasury, stellar, random) : []),
    ...scheduledWork(treasury),
    ...upkeep(treasury),
    checkpointJob(treasury),
    trustJob(treasury, settleSlots),
    ...(watching ? [watchJob(treasury, watching)] : []),
    ...(notifying ? notificationJobs(treasury, notifying) : []),
    ...(backup ? [backupJob(backup)] : []),
  ];
}

function commandOf(job: string): CommandName {
  return {
    action: `job.${job}`,
    actor: jobActor(job),
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: job },
  };
}

function scheduledWork(treasury: Treasury): readonly Job[] {
  return [
    {
      name: 'process-schedules',
      timetable: cron('0 2 * * *'),
      wakesOn: [],
      run: async (turn) => {
        const name = commandOf('process-schedules');
        const { processed, waiting, failed, againInMs } = await processDueSchedules({
          treasury,
          ...name,
          step: () => turn.step(),
        });
        return {
          summary: `${processed} processed, ${failed} failed, ${waiting} to be tried again`,
          items: processed + failed + waiting,
          ...(againInMs === null ? {} : { againInMs }),
        };
      },
    },
    {
      name: 'process-escrow',
      timetable: cron('0 3 * * *'),
      wakesOn: [],
      run: async (turn) => {
        const name = commandOf('process-escrow');
        const { released } = await processDueReleases({ treasury, ...name, step: () => turn.step() });
        return { summary: `${released} released`, items: released };
      },
    },
    {
      name: 'retry-failed',
      timetable: cron('15 * * * *'),
      wakesOn: [],
      run: async (turn) => {
        const { retried } = await retryFailed({ treasury, ...commandOf('retry-failed'), step: () => turn.step() });
        return { summary: `${retried} asked for again`, items: retried };
      },
    },
  ];
}

function upkeep(treasury: Treasury): readonly Job[] {
  return [
    {
      name: 'expire-approvals',
      timetable: cron('5 * * * *'),
      wakesOn: [],
      run: async (turn) => {
        const name = commandOf('expire-approvals');
        const { voided, sentBack } = await expireApprovals({ treasury, ...name, step: () => turn.step() });
        await keepQueue(treasury, () => turn.step());
        return { summary: `${voided} approvals expired, ${sentBack} payouts sent back`, items: voided };
      },
    },
    {
      name: 'expire-lots',
      timetable: cron('10 * * * *'),
      wakesOn: [],
      run: async (turn) => {
        const step = () => turn.step();
        const lots = await expireDueLots(treasury, jobActor('expire-lots'), step);
        const campaigns = await expireDueCampaigns(treasury, jobActor('expire-lots'), step);
        return { summary: `${lots} lots and ${campaigns} campaigns expired`, items: lots + campaigns };
      },
    },
    {
      name: 'deliver-outbox',
      timetable: cron('*/10 * * * *'),
      wakesOn: [],
      run: async (turn) => {
        let events = 0;
        for (let more = true; more; ) {
          await turn.step();
          const purged = await treasury.writer.transaction((tx) => purgeOutbox(tx, treasury.clock.nowMs()));
          events += purged.events;
          more = purged.more;
        }
        return { summary: `${events} delivered events purged`, items: events };
      },
    },
  ];
}

/** In transactions of their own: what is refreshed is due later, so it ends. */
async function keepQueue(treasury: Treasury, step: () => Promise<void>): Promise<void> {
  for (let more = true; more; ) {
    await step();
    more = await treasury.writer.transaction(
      async (tx) => (await lookAgain({ tx, nowMs: treasury.clock.nowMs() })) > 0,
    );
  }
}
const trustJob = (treasury: Treasury, settleSlots: () => Promise<void>): Job => ({
  name: 'watch-trust',
  timetable: cron('*/15 * * * *'),
  wakesOn: ['trust.changed'],
  run: async (turn) => {
    const driver = { treasury, ...commandOf('watch-trust'), step: () => turn.step() };
    const { applied } = await applyDueRecoveries(driver);
    if (applied > 0) await settleSlots();
    const { problems } = await watchTrust(driver);
    const found = problems === 0 ? 'everything verifies' : `${problems} findings`;
    return { summary: `${applied} acts of the recovery sheet took effect, ${found}`, items: applied + problems };
  },
});

const backupJob = (backup: NonNullable<JobSurroundings['backup']>): Job => ({
  name: 'backup',
  timetable: cron('30 1 * * *'),
  wakesOn: [],
  run: async () => ({ summary: `written and proven: ${(await backup()).file}`, items: 1 }),
});
