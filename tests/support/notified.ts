/** Events followed, and what each person was told of them. */
import type { Notification, NotificationPreferences } from '../../core/contract/notifications.ts';
import type { Driver } from '../../core/jobs/driver.ts';
import { followEvents } from '../../core/notifications/follow.ts';
import { FIRST_PREFERENCES, keepPreferences } from '../../core/notifications/preferences.ts';
import { listNotifications } from '../../core/notifications/views.ts';
import type { Person, TestTreasury } from './treasury.ts';

export async function follow({ treasury }: Pick<TestTreasury, 'treasury'>): Promise<number> {
  let events = 0;
  for (let more = true; more; ) {
    const followed = await followEvents(treasury);
    events += followed.events;
    more = followed.more;
  }
  return events;
}

/** Newest first. */
export async function toldTo(t: TestTreasury, who: Person, unread = true): Promise<readonly Notification[]> {
  return (await listNotifications(t.treasury.writer, who.staff.id, { unread }, { cursor: undefined, limit: 100 }))
    .items;
}

export const titles = async (t: TestTreasury, who: Person, unread = true): Promise<readonly string[]> =>
  (await toldTo(t, who, unread)).map(({ title }) => title);

export function prefer(t: TestTreasury, who: Person, wished: Partial<NotificationPreferences>) {
  // As they are once its address was confirmed.
  return t.as(who.actor, async (work) => {
    await keepPreferences(work, { ...FIRST_PREFERENCES, ...wished });
    work.audit({ action: 'notification.preferences', subject: `staff:${who.staff.id}` });
  });
}

export const driverFor = ({ treasury }: Pick<TestTreasury, 'treasury'>): Driver => ({
  treasury,
  action: 'job.test',
  actor: { kind: 'job', id: 'job:test', name: 'test', roles: [] },
  origin: { host: 'test', ip: null, userAgent: null, correlationId: 'test' },
});
