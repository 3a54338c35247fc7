/** How each person wishes to be told. */
import { z } from 'zod';
import { canonical } from '../canonical/canonical.ts';
import {
  mailAddress,
  NOTIFICATION_TOPICS,
  type NotificationPreferences,
  notificationPreferences,
  type ShownPreferences,
} from '../contract/notifications.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';

const SOON = { desktop: true, mail: 'soon' } as const;
const IN_THE_DIGEST = { desktop: true, mail: 'digest' } as const;

/** Until somebody chooses: everything in the window and on the desktop, and no mail for want of an address. */
export const FIRST_PREFERENCES: NotificationPreferences = {
  email: null,
  timeZone: 'UTC',
  topics: { tasks: SOON, payouts: IN_THE_DIGEST, plans: IN_THE_DIGEST, alerts: SOON, safety: SOON },
  quiet: null,
  digestMinute: 8 * 60,
  amountsOnDesktop: false,
};

/** `asked`: an address that has not been confirmed. Its code stands in the message that waits beside it as well. */
const kept = notificationPreferences.extend({
  asked: z.strictObject({ email: mailAddress, code: z.string(), untilMs: z.int() }).optional(),
});
export type KeptPreferences = z.infer<typeof kept>;

export async function keptPreferencesOf(reader: Reader, staffId: string): Promise<KeptPreferences> {
  const row = await reader.db
    .selectFrom('notification_preferences')
    .select('value')
    .where('staff_id', '=', staffId)
    .executeTakeFirst();
  return row ? kept.parse(JSON.parse(row.value)) : FIRST_PREFERENCES;
}

export function preferencesOf(reader: Reader, staffId: string): Promise<NotificationPreferences> {
  return keptPreferencesOf(reader, staffId);
}

/** Of those who have chosen. */
export async function preferencesOfAll(reader: Reader): Promise<ReadonlyMap<string, NotificationPreferences>> {
  const rows = await reader.db.selectFrom('notification_preferences').select(['staff_id', 'value']).execute();
  return new Map(rows.map(({ staff_id, value }) => [staff_id, kept.parse(JSON.parse(value))]));
}

export async function preferencesView(reader: Reader, staffId: string): Promise<ShownPreferences> {
  return shownPreferences(await keptPreferencesOf(reader, staffId));
}

/** Without the code: whoever is shown it need not have read the mail. */
export function shownPreferences({ asked, ...preferences }: KeptPreferences): ShownPreferences {
  return { ...preferences, emailAsked: asked === undefined ? null : { email: asked.email, untilMs: asked.untilMs } };
}

export type Wished = Omit<NotificationPreferences, 'email'>;

/** All but the address, which takes more to be changed. */
export async function setPreferences(work: Work, wished: Wished): Promise<ShownPreferences> {
  const { email, asked } = await keptPreferencesOf(work.tx, work.actor.id);
  const after = { ...wished, email, ...(asked === undefined ? {} : { asked }) };
  await keepPreferences(work, after);
  work.audit({
    action: 'notification.preferences',
    subject: `staff:${work.actor.id}`,
    details: { mail: Object.fromEntries(NOTIFICATION_TOPICS.map((topic) => [topic, wished.topics[topic].mail])) },
  });
  return shownPreferences(after);
}

export async function keepPreferences(work: Work, preferences: KeptPreferences): Promise<void> {
  const { asked, ...wished } = preferences;
  const row = {
    // An undefined field has no canonical form.
    value: canonical(asked === undefined ? wished : { ...wished, asked }),
    changed_at_ms: BigInt(work.nowMs),
  };
  await work.tx.write
    .insertInto('notification_preferences')
    .values({ staff_id: work.actor.id, ...row })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(row))
    .execute();
  work.emit({ name: 'notifications.written', subject: `staff:${work.actor.id}` });
}
