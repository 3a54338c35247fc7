import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NotificationPreferences, NotificationTopic, ShownPreferences } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;
/** The end of quiet hours is no event. */
const LOOK_EVERY_MS = 60_000;

export interface NoticeFilter {
  readonly unread: boolean;
  readonly topic: NotificationTopic | undefined;
}

export function useNotices({ unread, topic }: NoticeFilter) {
  const query = useInfiniteQuery(
    orpc.notifications.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...pageAt(cursor, PAGE),
        ...(unread ? { unread } : {}),
        ...(topic === undefined ? {} : { topic }),
      }),
      ...pages,
    }),
  );
  return useRows(query);
}

export function useUnread() {
  return useQuery({ ...orpc.notifications.unread.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation(
    orpc.notifications.markRead.mutationOptions({
      onSettled: () => void queries.invalidateQueries({ queryKey: orpc.notifications.key() }),
    }),
  );
}

export function useNoticePreferences() {
  return useQuery(orpc.notifications.preferences.queryOptions());
}

/** What was asked for last; what mail goes to where nothing was. */
export const emailGiven = ({ email, emailAsked }: ShownPreferences): string | null => emailAsked?.email ?? email;

/** The address first, because it may be refused; it asks for the second factor only where it changes. */
export function useSetNoticePreferences(kept: ShownPreferences) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ email, ...rest }: NotificationPreferences) => {
      if (email !== emailGiven(kept)) await client.notifications.setEmail({ email });
      return client.notifications.setPreferences(rest);
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: orpc.notifications.key() }),
  });
}

/** Again for the same address: another code. The address in use: what was asked is taken back. */
export function useAskForEmail() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (email: string | null) => client.notifications.setEmail({ email }),
    onSuccess: () => queries.invalidateQueries({ queryKey: orpc.notifications.key() }),
  });
}

export function useConfirmEmail() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => client.notifications.confirmEmail({ code }),
    onSuccess: () => queries.invalidateQueries({ queryKey: orpc.notifications.key() }),
  });
}
