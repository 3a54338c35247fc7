import { hrefOf, type Place } from '../../app/routes.ts';

/** Where a record of the log is found on the desk; null for what has no place of its own. */
export function placeOfSubject(subject: string): string | null {
  const [kind, ...rest] = subject.split(':');
  const id = rest.join(':');
  const place = PLACES_OF[kind ?? ''];
  return place && id ? hrefOf(place, id) : null;
}

const PLACES_OF: Readonly<Record<string, Place>> = {
  payout: 'payouts',
  payee: 'payees',
  statement: 'statements',
  schedule: 'schedules',
  escrow: 'holds',
  campaign: 'campaigns',
  job: 'jobs',
  alert: 'alerts',
  provider: 'sync',
  provider_event: 'sync',
};
