/**
 * Shows on the desktop what was told since this window opened, while the desk is not in front, and
 * keeps the number of unread ones where the system shows it. Titles alone, unless somebody chose to
 * have amounts there: a lock screen shows them to whoever passes.
 */
import { useEffect, useRef } from 'react';
import type { Notification as Notice } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { freshAmong, type Shown } from './fresh-among.ts';
import { useUnread } from './use-notifications.ts';
import { whereItLeads } from './where-it-leads.ts';

function show(notice: Notice, withAmounts: boolean): void {
  const body = withAmounts ? notice.text : '';
  const bridge = window.countersign;
  if (bridge) {
    bridge.notify({ id: notice.id, title: notice.title, body, urgent: notice.urgent });
    return;
  }
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const shown = new Notification(notice.title, { body, tag: notice.id, requireInteraction: notice.urgent });
  shown.onclick = () => {
    window.focus();
    shown.close();
    go(whereItLeads(notice));
  };
}

/** Gives how many are unread. */
export function useDesktopNotices(): number {
  const { data } = useUnread();
  const seen = useRef<Shown>(null);
  const known = useRef<readonly Notice[]>([]);
  const count = data?.count ?? 0;

  useEffect(() => {
    if (!data) return;
    known.current = data.desktop;
    const { fresh, shown } = freshAmong(seen.current, data.desktop);
    seen.current = shown;
    if (document.hasFocus()) return;
    for (const notice of data.desktop.filter(({ id }) => fresh.includes(id))) show(notice, data.amountsOnDesktop);
  }, [data]);

  useEffect(() => {
    window.countersign?.setBadge(count);
  }, [count]);

  useEffect(
    () =>
      window.countersign?.onNotice((id) => {
        const notice = known.current.find((one) => one.id === id);
        go(notice ? whereItLeads(notice) : { place: 'notifications', open: null, params: {} });
      }),
    [],
  );
  return count;
}

/** The window's title, with the number in front where nothing else shows it. */
export function titled(place: string, count: number): string {
  const title = `${place} · ${words.app}`;
  return count > 0 && !window.countersign ? `(${count}) ${title}` : title;
}
