import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { usePayoutsNaming } from './use-statements.ts';

const say = words.statements;

export function PayoutsNaming({ statementId, payeeId }: { readonly statementId: string; readonly payeeId: string }) {
  const { query, payouts, looked } = usePayoutsNaming(statementId, payeeId);
  if (query.isPending) return <LoadingLines lines={3} />;
  if (query.isError && looked === 0) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {payouts.length === 0 ? <p className="text-soft">{say.noPayouts}</p> : null}
      <ul className="-mx-2 flex flex-col">
        {payouts.map((payout) => (
          <li key={payout.id}>
            <a
              href={hrefOf('payouts', payout.id)}
              className="grid grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-3 rounded px-2 py-1 hover:bg-hover"
            >
              <Status status={payout.status} settled={payout.settled} />
              <Ago atMs={payout.createdAtMs} />
              <Amount minor={payout.amountMinor} scale={payout.scale} code={payout.assetCode} />
            </a>
          </li>
        ))}
      </ul>
      {query.isFetchNextPageError ? <ErrorNote error={query.error} /> : null}
      {query.hasNextPage ? (
        <p className="flex items-center justify-between gap-3 text-xs text-faint">
          {say.somePayouts(looked.toLocaleString())}
          <Button
            kind="quiet"
            className="h-7"
            busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {words.ui.showMore}
          </Button>
        </p>
      ) : null}
    </>
  );
}
