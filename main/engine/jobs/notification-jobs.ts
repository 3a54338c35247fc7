/**
 * Telling: one job turns what happened into what is told and to whom, the others carry it out of the
 * house. A mail server or a receiver that hangs holds up nobody's notifications in the window.
 */
import type { Driver } from '../../../core/jobs/driver.ts';
import { followEvents } from '../../../core/notifications/follow.ts';
import { purgeNotifications } from '../../../core/notifications/purge.ts';
import type { Treasury } from '../../../core/store/command.ts';
import { type MailSurroundings, sendMail } from '../../mail/send-mail.ts';
import type { PostRules } from '../../webhooks/post.ts';
import { sendWebhooks } from '../../webhooks/send-webhooks.ts';
import type { Job, Turn } from './job.ts';
import { jobActor } from './runner.ts';
import { everySeconds } from './timetable.ts';

export interface Notifying {
  readonly mail: MailSurroundings;
  readonly webhooks: PostRules;
}

const GATHERS_MS = 250;

export function notificationJobs(treasury: Treasury, { mail, webhooks }: Notifying): readonly Job[] {
  return [
    {
      name: 'notify',
      // What other processes commit, such as the command line, is found by the clock.
      timetable: everySeconds(30),
      wakesOn: 'anything',
      gathersMs: GATHERS_MS,
      run: async (turn) => {
        let events = 0;
        for (let more = true; more; ) {
          await turn.step();
          const followed = await followEvents(treasury);
          events += followed.events;
          more = followed.more;
        }
        return { summary: `${events} events passed on`, items: events };
      },
    },
    {
      name: 'send-mail',
      timetable: everySeconds(300),
      wakesOn: ['notifications.written', 'mails.waiting', 'mail.configured', 'fence.lifted'],
      gathersMs: GATHERS_MS,
      run: async (turn) => {
        await treasury.writer.transaction((tx) => purgeNotifications(tx, treasury.clock.nowMs()));
        const { sent, refused, configured, againInMs } = await sendMail(driverOf(treasury, 'send-mail', turn), mail);
        return {
          summary: configured ? `${sent} sent, ${refused} refused` : 'no mail server is set up',
          items: sent + refused,
          ...(againInMs === null ? {} : { againInMs }),
        };
      },
    },
    {
      name: 'send-webhooks',
      timetable: everySeconds(300),
      wakesOn: ['webhooks.waiting', 'webhook.confirmed', 'webhook.enabled', 'fence.lifted'],
      run: async (turn) => {
        const driver = driverOf(treasury, 'send-webhooks', turn);
        const { delivered, failed, againInMs } = await sendWebhooks(driver, webhooks);
        return {
          summary: `${delivered} delivered, ${failed} not`,
          items: delivered + failed,
          ...(againInMs === null ? {} : { againInMs }),
        };
      },
    },
  ];
}

function driverOf(treasury: Treasury, job: string, turn: Turn): Driver {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: job };
  return { treasury, action: `job.${job}`, actor: jobActor(job), origin, step: () => turn.step() };
}
