/** Where in the desk one is: `#/payouts/pay_…?status=pending`. Back and forward work as anywhere. */
import { useSyncExternalStore } from 'react';

export const PLACES = [
  'overview',
  'approvals',
  'signing',
  'payouts',
  'import',
  'payees',
  'statements',
  'schedules',
  'holds',
  'campaigns',
  'ledger',
  'notifications',
  'alerts',
  'sync',
  'jobs',
  'audit',
  'settings',
] as const;
export type Place = (typeof PLACES)[number];

export interface Route {
  readonly place: Place;
  /** What is open in the panel: a record's id, or `new`. */
  readonly open: string | null;
  readonly params: Readonly<Record<string, string>>;
}

function isPlace(text: string | undefined): text is Place {
  return PLACES.some((place) => place === text);
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [place, open] = path.split('/');
  return {
    place: isPlace(place) ? place : 'overview',
    open: isPlace(place) && open ? decodeURIComponent(open) : null,
    params: Object.fromEntries(new URLSearchParams(search)),
  };
}

export function formatRoute({ place, open, params }: Route): string {
  const search = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== '')).toString();
  return `#/${place}${open === null ? '' : `/${encodeURIComponent(open)}`}${search === '' ? '' : `?${search}`}`;
}

let parsed: { hash: string; route: Route } | null = null;

/** The same object for the same address, as `useSyncExternalStore` needs. */
function currentRoute(): Route {
  const { hash } = window.location;
  if (parsed?.hash !== hash) parsed = { hash, route: parseRoute(hash) };
  return parsed.route;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  window.addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
    window.removeEventListener('hashchange', listener);
  };
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** Goes somewhere. `replace` leaves no step to come back to, as for typing in a search. */
export function go(change: Partial<Route>, how: { replace?: boolean } = {}): void {
  const from = currentRoute();
  const elsewhere = change.place !== undefined && change.place !== from.place;
  const to = { ...(elsewhere ? { place: from.place, open: null, params: {} } : from), ...change };
  const hash = formatRoute(to);
  if (hash === window.location.hash) return;
  if (how.replace) window.history.replaceState(null, '', hash);
  else window.history.pushState(null, '', hash);
  for (const listener of listeners) listener();
}

export function setParam(name: string, value: string): void {
  go({ params: { ...currentRoute().params, [name]: value } }, { replace: true });
}

export function hrefOf(place: Place, open: string | null = null, params: Route['params'] = {}): string {
  return formatRoute({ place, open, params });
}
