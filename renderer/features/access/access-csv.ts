/** The access listing as a file for a spreadsheet. */
import type { AccessListing, Grant } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { grantText } from '../people/grant-history.tsx';

/** A spreadsheet runs what begins like this; an apostrophe makes it text. */
const RUNS = /^[=+\-@\t\r]/;

export function csvCell(text: string): string {
  const safe = RUNS.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const day = (atMs: number | null) => (atMs === null ? '' : new Date(atMs).toISOString());
const names = (people: Grant['fromBy']) => people.map(({ name }) => name).join('; ');

export function accessCsv(listing: AccessListing): string {
  const rows = listing.people.flatMap((person) =>
    person.grants.map((grant) => [
      person.name,
      words.people.status[person.status],
      grantText(grant),
      day(grant.fromMs),
      String(grant.fromAct),
      names(grant.fromBy),
      day(grant.untilMs),
      grant.untilAct === null ? '' : String(grant.untilAct),
      names(grant.untilBy),
    ]),
  );
  return [[...words.access.csv], ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n');
}
