import { useState } from 'react';
import type { AccessListing } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { dayStartMs } from '../../ui/day-text.ts';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { saveText } from '../import/save-text.ts';
import { grantText } from '../people/grant-history.tsx';
import { useAccessListing, useAccessStatus, useReadsAccess } from '../people/use-people.ts';
import { accessCsv } from './access-csv.ts';
import { NewSheet } from './new-sheet.tsx';

const say = words.access;

/** Who may do what, who gave it, and whether all of it verifies back to the founding. */
export function AccessSection() {
  const reads = useReadsAccess();
  const status = useAccessStatus();
  const [day, setDay] = useState('');
  // As of a day means as it was when the day was over.
  const listing = useAccessListing(dayStartMs(day, 1));
  const admin = hasAnyRole(useMe(), ['admin']);
  return (
    <div className="flex max-w-4xl flex-col gap-8 px-6 py-5">
      <p className="text-soft">{say.lead}</p>
      {status.isPending ? <LoadingLines lines={3} /> : null}
      {status.isError ? <ErrorNote error={status.error} onRetry={() => void status.refetch()} /> : null}
      {status.data ? <Chain problems={status.data.problems} fingerprint={status.data.foundingFingerprint} /> : null}
      {reads ? (
        <Section
          title={say.people}
          action={
            listing.data ? (
              <Button className="h-7" onClick={() => saveListing(listing.data)}>
                {say.export}
              </Button>
            ) : undefined
          }
        >
          <div className="max-w-44">
            <TextField label={say.asOf} type="date" value={day} onText={setDay} optional />
          </div>
          {listing.isPending ? <LoadingLines lines={6} /> : null}
          {listing.isError ? <ErrorNote error={listing.error} onRetry={() => void listing.refetch()} /> : null}
          {listing.data ? <Grants listing={listing.data} /> : null}
        </Section>
      ) : null}
      {admin ? (
        <Section title={say.sheet}>
          <NewSheet />
        </Section>
      ) : null}
    </div>
  );
}

function saveListing(listing: AccessListing): void {
  const day = new Date(listing.asOfMs).toISOString().slice(0, 10);
  saveText(`access-${day}.csv`, accessCsv(listing), 'text/csv');
}

function Chain({ problems, fingerprint }: { readonly problems: readonly string[]; readonly fingerprint: string }) {
  return (
    <div className="flex flex-col gap-3">
      {problems.length === 0 ? (
        <GoodNote>{say.verified}</GoodNote>
      ) : (
        <div role="alert" className="rounded-md bg-red-wash px-3 py-2.5">
          <p className="font-medium text-red">{say.broken}</p>
          <ul className="list-disc pl-4">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          <p>{say.brokenNext}</p>
        </div>
      )}
      <Facts>
        <Fact name={say.fingerprint}>
          <FullAddress address={fingerprint} />
          <span className="block text-soft">{say.fingerprintNote}</span>
        </Fact>
      </Facts>
    </div>
  );
}

function Grants({ listing }: { readonly listing: AccessListing }) {
  return (
    <table aria-label={words.people.label} className="w-full text-left">
      <thead>
        <tr className="border-b border-line text-xs text-faint">
          {[words.people.name, say.grant, say.from, say.until, say.by].map((head) => (
            <th key={head} scope="col" className="py-1.5 pr-4 font-normal">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {listing.people.map((person) => (
        <tbody key={person.id}>
          {person.grants.map((grant, at) => (
            <tr
              key={`${grant.what} ${grant.value} ${grant.fromAct}`}
              className={`align-top ${grant.untilMs === null ? '' : 'text-soft'} ${at === person.grants.length - 1 ? 'border-b border-line' : ''}`}
            >
              <td className="py-1 pr-4">
                {at === 0 ? (
                  <span className={person.status === 'left' ? 'text-faint' : 'font-medium'}>
                    {person.name}
                    {person.status === 'left' ? ` · ${words.people.status.left}` : ''}
                  </span>
                ) : null}
              </td>
              <td className="py-1 pr-4">{grantText(grant)}</td>
              <td className="py-1 pr-4 whitespace-nowrap">
                <Moment atMs={grant.fromMs} />
              </td>
              <td className="py-1 pr-4 whitespace-nowrap">
                {grant.untilMs === null ? null : <Moment atMs={grant.untilMs} />}
              </td>
              <td className="py-1 pr-4">
                {grant.fromAct === 0 ? words.people.grants.founding : grant.fromBy.map(({ name }) => name).join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
