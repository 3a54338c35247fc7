import { useState } from 'react';
import type { TimeOfRecord } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { momentMs } from '../../ui/day-text.ts';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { AsOfFields } from './as-of-fields.tsx';
import { accountKey } from './opened.ts';
import { Rebuild } from './rebuild.tsx';
import { TrialLines } from './trial-lines.tsx';
import { useTrialBalance } from './use-ledger.ts';

type Trial = NonNullable<ReturnType<typeof useTrialBalance>['data']>;

function Verdict({ balanced, entries }: { readonly balanced: boolean; readonly entries: number }) {
  return (
    <div
      role={balanced ? 'status' : 'alert'}
      className={`flex gap-2.5 rounded-md px-3 py-2.5 ${balanced ? 'bg-green-wash' : 'bg-red-wash'}`}
    >
      <Icon name={balanced ? 'check' : 'warning'} className={`mt-0.5 ${balanced ? 'text-green' : 'text-red'}`} />
      <div>
        <p className={`font-medium ${balanced ? 'text-green' : 'text-red'}`}>
          {balanced ? words.ledger.balanced : words.ledger.unbalanced}
        </p>
        <p>{balanced ? words.ledger.balancedNote(entries.toLocaleString()) : words.ledger.unbalancedNote}</p>
      </div>
    </div>
  );
}

function Totals({ totals }: { readonly totals: Trial['totals'] }) {
  return (
    <table className="w-full max-w-lg">
      <thead>
        <tr className="border-b border-line text-xs text-faint">
          <th scope="col" className="py-1.5 text-left font-normal">
            {words.overview.asset}
          </th>
          <th scope="col" className="py-1.5 text-right font-normal">
            {words.ledger.sum}
          </th>
        </tr>
      </thead>
      <tbody>
        {totals.map((total) => (
          <tr key={total.assetId} className="border-b border-line last:border-0">
            <th scope="row" className="py-2 text-left font-normal">
              <span className="font-medium">{total.assetCode}</span>{' '}
              <span className="font-mono text-xs text-soft">{total.assetId}</span>
            </th>
            <td className={`py-2 text-right ${total.sumMinor === '0' ? '' : 'font-semibold text-red'}`}>
              <Amount minor={total.sumMinor} scale={total.scale} code={total.assetCode} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every posting added up again, and every kept balance held against its entries. */
export function TrialBalance() {
  const isAdmin = hasAnyRole(useMe(), ['admin']);
  const [at, setAt] = useState('');
  const [by, setBy] = useState<TimeOfRecord>('effective');
  const atMs = momentMs(at);
  const { data, isPending, isFetching, error, refetch } = useTrialBalance(
    atMs === undefined ? undefined : { atMs, by },
  );
  const balanced = data && data.drift.length === 0 && data.totals.every(({ sumMinor }) => sumMinor === '0');
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <AsOfFields
          at={at}
          by={by}
          onChange={(nextAt, nextBy) => {
            setAt(nextAt);
            setBy(nextBy);
          }}
        />
        <Button className="h-7" busy={isFetching} onClick={() => void refetch()}>
          {words.ledger.again}
        </Button>
      </div>
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <>
          <Verdict balanced={balanced === true} entries={data.entries} />
          {data.totals.length === 0 ? (
            <p className="text-soft">{atMs === undefined ? words.ledger.trialEmpty : words.ledger.trialEmptyThen}</p>
          ) : (
            <>
              <Totals totals={data.totals} />
              <TrialLines lines={data.lines} />
            </>
          )}
          <Section title={words.ledger.drift}>
            {data.drift.length === 0 ? (
              <p className="text-soft">{words.ledger.noDrift}</p>
            ) : (
              <ul className="font-mono text-xs text-red">
                {data.drift.map((accountId) => (
                  <li key={accountId}>
                    <a href={hrefOf('ledger', accountKey(accountId), { tab: 'accounts' })}>{accountId}</a>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        </>
      ) : null}
      {isAdmin ? <Rebuild /> : null}
    </>
  );
}
