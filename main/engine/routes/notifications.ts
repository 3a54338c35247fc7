import { beginTry } from '../../../core/access/failed-tries.ts';
import { confirmEmail, emailCodeOf, setEmail } from '../../../core/notifications/email.ts';
import { preferencesView, setPreferences } from '../../../core/notifications/preferences.ts';
import { listNotifications, markRead, unreadOf } from '../../../core/notifications/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { actorIn, command, openOf, procedures } from '../calls.ts';

export const notifications = {
  list: procedures.notifications.list.handler(({ context: { call }, input }) =>
    listNotifications(openOf(call).treasury.writer, actorIn(call).id, input, pageRequest(input)),
  ),

  unread: procedures.notifications.unread.handler(({ context: { call } }) => {
    const { writer, clock } = openOf(call).treasury;
    return unreadOf(writer, actorIn(call).id, clock.nowMs());
  }),

  markRead: procedures.notifications.markRead.handler(async ({ context: { call }, input }) => {
    const { treasury, changes } = openOf(call);
    const changed = await markRead(treasury.writer, actorIn(call).id, input, treasury.clock.nowMs());
    // Their other windows on this host; nobody else's look different.
    if (changed > 0)
      changes.announce([
        { seq: 0n, atMs: treasury.clock.nowMs(), name: 'notifications.written', subject: 'notifications' },
      ]);
    return { changed };
  }),

  preferences: procedures.notifications.preferences.handler(({ context: { call } }) =>
    preferencesView(openOf(call).treasury.writer, actorIn(call).id),
  ),

  setPreferences: procedures.notifications.setPreferences.handler(({ context: { call }, input }) =>
    command(call, (work) => setPreferences(work, input)),
  ),

  setEmail: procedures.notifications.setEmail.handler(({ context: { call }, input }) =>
    command(call, (work) => setEmail(work, input)),
  ),

  confirmEmail: procedures.notifications.confirmEmail.handler(async ({ context: { call }, input }) => {
    await beginTry(openOf(call).treasury, emailCodeOf(actorIn(call).id));
    return command(call, (work) => confirmEmail(work, input.code));
  }),
};
