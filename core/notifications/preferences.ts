/** How each person wishes to be told. */
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import {
  NOTIFICATION_TOPICS,
  type NotificationPreferences,
  notificationPreferences,
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

export async function preferencesOf(reader: Reader, staffId: string): Promise<NotificationPreferences> {
  return (await preferencesOfAll(reader)).get(staffId) ?? FIRST_PREFERENCES;
}

/** Of those who have chosen. */
export async function preferencesOfAll(reader: Reader): Promise<ReadonlyMap<string, NotificationPreferences>> {
  const rows = await reader.db.selectFrom('notification_preferences').select(['staff_id', 'value']).execute();
  return new Map(rows.map(({ staff_id, value }) => [staff_id, notificationPreferences.parse(JSON.parse(value))]));
}

export async function setPreferences(work: Work, wished: NotificationPreferences): Promise<NotificationPreferences> {
  const before = await preferencesOf(work.tx, work.actor.id);
  const row = { value: canonical(wished), changed_at_ms: BigInt(work.nowMs) };
  await work.tx.write
    .insertInto('notification_preferences')
    .values({ staff_id: work.actor.id, ...row })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(row))
    .execute();
  if (wished.email !== before.email) await unmail(work, wished.email !== null);
  work.audit({
    action: 'notification.preferences',
    subject: `staff:${work.actor.id}`,
    details: {
      email: wished.email,
      emailBefore: before.email,
      mail: Object.fromEntries(NOTIFICATION_TOPICS.map((topic) => [topic, wished.topics[topic].mail])),
    },
  });
  work.emit({ name: 'notifications.written', subject: `staff:${work.actor.id}` });
  return wished;
}

/** What waits to be mailed goes to the new address; where there is none any more, nowhere. */
async function unmail(work: Work, hasAddress: boolean): Promise<void> {
  if (hasAddress) return;
  await work.tx.run(sql`
    update notifications set mail_due_at_ms = null, mail_way = null
    where staff_id = ${work.actor.id} and mail_id is null and mail_due_at_ms is not null`);
}
