import type { LedgerAccount } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { MoreButton } from './more-button.tsx';
import { transactionKey } from './opened.ts';
import { useEntries } from './use-ledger.ts';

/** What moved on an account, newest first, with the balance after each. */
export function Entries({ account }: { readonly account: LedgerAccount }) {
  const { query, rows, loadMore } = useEntries(account.id);
  if (query.isPending) return <LoadingLines lines={4} />;
  if (query.isError) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <p className="text-soft">{words.ledger.noEntries}</p>;
  const { scale, assetCode: code } = account;
  return (
    <>
      <ol className="-mx-2 flex flex-col">
        {rows.map((entry) => (
          <li key={`${entry.transactionId}-${entry.leg}`}>
            <button
              type="button"
              onClick={() => go({ open: transactionKey(entry.transactionId) })}
              className="grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 rounded px-2 py-1.5 text-left hover:bg-hover"
            >
              <span className="truncate font-medium">{words.ledger.kinds[entry.kind]}</span>
              <span className="text-right">
                <Amount minor={entry.amountMinor} scale={scale} code={code} bare />
              </span>
              <Ago atMs={entry.effectiveAtMs} />
              <span className="text-right text-xs text-soft">
                <span className="sr-only">{words.ledger.after} </span>
                <Amount minor={entry.balanceMinor} scale={scale} code={code} bare />
              </span>
            </button>
          </li>
        ))}
      </ol>
      <MoreButton onMore={loadMore} busy={query.isFetchingNextPage} />
    </>
  );
}
