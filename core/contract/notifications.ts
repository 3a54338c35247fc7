/** What somebody is told: in the window, on their desktop and by mail, each as they like it. */
import { z } from 'zod';
import { command, personal, query } from './procedure.ts';
import { idText, page, pageInput, timeMs } from './words.ts';

/** What people choose between; every notification is of one. */
export const NOTIFICATION_TOPICS = ['tasks', 'payouts', 'plans', 'alerts', 'safety'] as const;
export const notificationTopic = z.enum(NOTIFICATION_TOPICS);
export type NotificationTopic = z.infer<typeof notificationTopic>;

export const notification = z.strictObject({
  id: z.string(),
  /** `payout.failed`, `approvals.waiting`, …: what it is about, for choosing where it leads. */
  kind: z.string(),
  topic: notificationTopic,
  urgent: z.boolean(),
  /** `payout:{id}`; of the newest where it stands for several. */
  subject: z.string(),
  /** How many it stands for. */
  count: z.int().min(1),
  /** A sentence without amounts or addresses: fit for a screen that others see. */
  title: z.string(),
  /** What else is to be known, with amounts; empty where there is nothing. */
  text: z.string(),
  atMs: timeMs,
  readAtMs: timeMs.nullable(),
});
export type Notification = z.infer<typeof notification>;

export const MAIL_WAYS = ['off', 'soon', 'digest'] as const;

const ways = z.strictObject({
  desktop: z.boolean(),
  /** `soon`: gathered for a minute. `digest`: once a day. */
  mail: z.enum(MAIL_WAYS),
});

/** Minutes after midnight. */
const minuteOfDay = z.int().min(0).max(1_439);

export const timeZone = z
  .string()
  .max(60)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }, 'Not a time zone');

/** One address, of which nothing can be made but one recipient: no list, no name, no line of its own. */
export const mailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
    'Not an e-mail address',
  );

export const notificationPreferences = z.strictObject({
  /** Where mail goes; null: none is sent. */
  email: mailAddress.nullable(),
  timeZone,
  topics: z.record(notificationTopic, ways),
  /** When mail and desktop notifications wait. Equal ends: never. */
  quiet: z.strictObject({ fromMinute: minuteOfDay, toMinute: minuteOfDay, urgentComesThrough: z.boolean() }).nullable(),
  digestMinute: minuteOfDay,
  /** Whether a desktop notification says amounts: others may see the screen. */
  amountsOnDesktop: z.boolean(),
});
export type NotificationPreferences = z.infer<typeof notificationPreferences>;

export const shownPreferences = notificationPreferences.extend({
  /** Another address, which was mailed a code and gets nothing else until it is given back. */
  emailAsked: z.strictObject({ email: mailAddress, untilMs: timeMs }).nullable(),
});
export type ShownPreferences = z.infer<typeof shownPreferences>;

export const notifications = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/notifications', tags: ['notifications'], summary: 'What you were told' })
    .input(
      z.strictObject({
        unread: z.stringbool().or(z.boolean()).optional(),
        topic: notificationTopic.optional(),
        ...pageInput,
      }),
    )
    .output(page(notification)),

  /** What is unread, and the newest of it that may be shown on the desktop now. */
  unread: query('staff').output(
    z.strictObject({
      count: z.int(),
      urgent: z.int(),
      /** At most a few, newest first; none in quiet hours unless it comes through. */
      desktop: z.array(notification),
      amountsOnDesktop: z.boolean(),
    }),
  ),

  /** Those named, or all; in either case only one's own. */
  markRead: personal()
    .input(z.strictObject({ ids: z.array(idText).max(500).optional(), read: z.boolean().default(true) }))
    .output(z.strictObject({ changed: z.int() })),

  preferences: query('staff').output(shownPreferences),

  setPreferences: command('staff', 'notification.preferences')
    .input(notificationPreferences.omit({ email: true }))
    .output(shownPreferences),

  /**
   * Where warnings go is worth as much as what they warn of. Another address is mailed a code first; null takes
   * the one there is away, and the one there is takes back what was asked.
   */
  setEmail: command('staff', 'notification.email', { secondFactor: true })
    .input(notificationPreferences.pick({ email: true }))
    .output(shownPreferences),

  /** The code that was mailed: from then on mail goes there, and the address before is told. */
  confirmEmail: command('staff', 'notification.email_confirm')
    .input(
      z.strictObject({
        code: z
          .string()
          .trim()
          .regex(/^\d{6}$/, 'Expected six digits'),
      }),
    )
    .output(shownPreferences),
};
