/** How each person wishes to be told. */
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import {
  NOTIFICATION_TOPICS,
  type NotificationPreferences,
  notificationPreferences,
} from '../contract/notifications.ts';
import { insertMail } from '../mail/outbox.ts';
import { messageOf } from '../mail/page.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { mailWords } from './words/en.ts';

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

export type Wished = Omit<NotificationPreferences, 'email'>;

/** All but the address, which takes more to be changed. */
export async function setPreferences(work: Work, wished: Wished): Promise<NotificationPreferences> {
  const { email } = await preferencesOf(work.tx, work.actor.id);
  const after = { ...wished, email };
  await keep(work, after);
  work.audit({
    action: 'notification.preferences',
    subject: `staff:${work.actor.id}`,
    details: { mail: Object.fromEntries(NOTIFICATION_TOPICS.map((topic) => [topic, wished.topics[topic].mail])) },
  });
  return after;
}

/** The address before is told: whoever sits at somebody else's window cannot silence their mail unseen. */
export async function setEmail(
  work: Work,
  { email }: Pick<NotificationPreferences, 'email'>,
): Promise<NotificationPreferences> {
  const before = await preferencesOf(work.tx, work.actor.id);
  const after = { ...before, email };
  await keep(work, after);
  if (email === null) await unmail(work);
  if (before.email !== null && before.email !== email) await tellFormer(work, before.email);
  work.audit({
    action: 'notification.email',
    subject: `staff:${work.actor.id}`,
    details: { email, emailBefore: before.email },
  });
  return after;
}

async function keep(work: Work, preferences: NotificationPreferences): Promise<void> {
  const row = { value: canonical(preferences), changed_at_ms: BigInt(work.nowMs) };
  await work.tx.write
    .insertInto('notification_preferences')
    .values({ staff_id: work.actor.id, ...row })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(row))
    .execute();
  work.emit({ name: 'notifications.written', subject: `staff:${work.actor.id}` });
}

async function tellFormer(work: Work, address: string): Promise<void> {
  const vault = await work.tx.db.selectFrom('vault').select('name').executeTakeFirst();
  await insertMail(work.tx, work.ids, work.nowMs, {
    ...messageOf(
      mailWords.formerSubject(vault?.name ?? ''),
      [{ lines: [mailWords.greeting(work.actor.name), mailWords.formerText] }],
      mailWords.formerFooter,
    ),
    kind: 'status',
    to: address,
    about: `staff:${work.actor.id}`,
    replyTo: null,
  });
  work.emit({ name: 'mails.waiting', subject: `staff:${work.actor.id}` });
}

/** What waits to be mailed goes to the new address; where there is none any more, nowhere. */
async function unmail(work: Work): Promise<void> {
  await work.tx.run(sql`
    update notifications set mail_due_at_ms = null, mail_way = null
    where staff_id = ${work.actor.id} and mail_id is null and mail_due_at_ms is not null`);
}
