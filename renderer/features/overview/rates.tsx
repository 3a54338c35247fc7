import { useQuery } from '@tanstack/react-query';
import type { RailRates } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { durationText, percentText } from './rate-text.ts';

const say = words.rates;
/** A day's figures do not have to be of this second. */
const LOOK_EVERY_MS = 60_000;

function useRates() {
  return useQuery({ ...orpc.watching.rates.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

const HEAD = 'pb-1 text-right font-medium whitespace-nowrap first:text-left';
const CELL = 'tabular border-t border-line py-1.5 pl-3 text-right whitespace-nowrap';

/** How payments fare on each rail; every figure says on hover what exactly it is. */
export function Rates() {
  const { data, isPending, error, refetch } = useRates();
  return (
    <Section title={say.title}>
      {isPending ? <LoadingLines lines={3} /> : null}
      {error && !data ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data?.length === 0 ? <p className="text-soft">{say.none}</p> : null}
      {data && data.length > 0 ? (
        <table className="w-full text-sm">
          <caption className="sr-only">{say.lead}</caption>
          <thead className="text-xs text-faint">
            <tr>
              <th className={HEAD}>{words.columns.rail}</th>
              <th className={HEAD} title={say.successHint}>
                {say.success}
              </th>
              <th className={HEAD} title={say.meanHint}>
                {say.mean}
              </th>
              <th className={HEAD} title={say.meanHint}>
                {say.p95}
              </th>
              <th className={HEAD}>{say.undecided}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((rates) => (
              <RateRow key={rates.rail} rates={rates} />
            ))}
          </tbody>
        </table>
      ) : null}
    </Section>
  );
}

function RateRow({ rates }: { readonly rates: RailRates }) {
  const { completed, failed, undecided, successBasisPoints, meanMs, p95Ms } = rates;
  const outcomes = say.outcomesOf(completed.toLocaleString(), failed.toLocaleString());
  return (
    <tr>
      <th scope="row" className="border-t border-line py-1.5 text-left font-normal">
        {words.rails[rates.rail]}
      </th>
      <td className={`${CELL} ${failed > 0 ? 'text-red' : ''}`} title={outcomes}>
        {successBasisPoints === null ? '–' : percentText(successBasisPoints)}
        <span className="sr-only">, {outcomes}</span>
      </td>
      <td className={CELL}>{meanMs === null ? '–' : durationText(meanMs)}</td>
      <td className={CELL}>{p95Ms === null ? '–' : durationText(p95Ms)}</td>
      <td className={`${CELL} ${undecided === 0 ? 'text-faint' : ''}`}>{undecided.toLocaleString()}</td>
    </tr>
  );
}
