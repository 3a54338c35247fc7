import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { usePayoutsOf } from './use-payees.ts';

export function LatestPayouts({ payeeId }: { readonly payeeId: string }) {
  const { data, isPending, error, refetch } = usePayoutsOf(payeeId);
  if (isPending) return <LoadingLines lines={3} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <p className="text-soft">{words.payees.noPayouts}</p>;
  return (
    <ul className="-mx-2 flex flex-col">
      {data.items.map((payout) => (
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
  );
}
