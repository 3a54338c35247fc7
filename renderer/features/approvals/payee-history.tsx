/** What this payee was paid before, so that an amount out of line is seen before it is signed. */
import { useQuery } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { relativeTime } from '../../ui/time-text.ts';
import { earlierOf, usualRange } from './earlier-payouts.ts';
import { HistoryChart } from './history-chart.tsx';

const say = words.approvals.history;
const LOOKED_AT = 100;

export function PayeeHistory({ payout }: { readonly payout: Payout }) {
  const query = useQuery(orpc.payouts.list.queryOptions({ input: { payee: payout.payee.id, limit: LOOKED_AT } }));
  const earlier = earlierOf(payout, query.data?.items ?? []);
  const amounts = earlier.map(({ amountMinor }) => minorOf(amountMinor));
  const usual = usualRange(amounts);
  const money = (minor: bigint) => `${amountText(minor, payout.scale)} ${payout.assetCode}`;
  const last = earlier.at(-1);
  return (
    <Section
      title={say.title}
      action={
        <a href={hrefOf('payouts', null, { payee: payout.payee.id })} className="text-xs text-accent hover:underline">
          {say.all}
        </a>
      }
    >
      {query.isPending ? <LoadingLines lines={3} /> : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data && !last ? <p className="font-medium text-amber">{say.none}</p> : null}
      {last ? (
        <>
          <HistoryChart
            earlier={amounts}
            now={minorOf(payout.amountMinor)}
            label={say.chart(amounts.map(money).join(', '), money(minorOf(payout.amountMinor)))}
          />
          <p className="text-soft">
            {say.paid(earlier.length, relativeTime(last.createdAtMs, Math.max(Date.now(), last.createdAtMs)))}{' '}
            {usual ? (
              <span className="tabular">
                {say.usual} {say.usualRange(money(usual.low), money(usual.high))}.
              </span>
            ) : null}
          </p>
        </>
      ) : null}
    </Section>
  );
}
