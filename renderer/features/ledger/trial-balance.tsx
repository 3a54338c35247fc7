import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { useTrialBalance } from './use-ledger.ts';

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

/** Every posting added up again, and every kept balance held against its entries. */
export function TrialBalance() {
  const { data, isPending, isFetching, error, refetch } = useTrialBalance();
  if (isPending) return <LoadingLines lines={6} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const balanced = data.drift.length === 0 && data.totals.every(({ sumMinor }) => sumMinor === '0');
  return (
    <>
      <Verdict balanced={balanced} entries={data.entries} />
      {data.totals.length === 0 ? (
        <p className="text-soft">{words.ledger.trialEmpty}</p>
      ) : (
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
            {data.totals.map((total) => (
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
      )}
      <Section title={words.ledger.drift}>
        {data.drift.length === 0 ? (
          <p className="text-soft">{words.ledger.noDrift}</p>
        ) : (
          <ul className="font-mono text-xs text-red">
            {data.drift.map((accountId) => (
              <li key={accountId}>{accountId}</li>
            ))}
          </ul>
        )}
      </Section>
      <div>
        <Button busy={isFetching} onClick={() => void refetch()}>
          {words.ledger.again}
        </Button>
      </div>
    </>
  );
}
