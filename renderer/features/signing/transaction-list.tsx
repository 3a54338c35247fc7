import type { ChainTransaction } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Ago } from '../../ui/time.tsx';
import { MoreButton } from '../ledger/more-button.tsx';

const say = words.signing;

interface Props {
  readonly transactions: readonly ChainTransaction[];
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
  readonly onMore: (() => void) | undefined;
  readonly isMoreComing: boolean;
  /** Whether it was searched: then none is an answer, and not a beginning. */
  readonly isSearched: boolean;
}

/** Every transaction there was, newest first. */
export function TransactionList({ transactions, shown, onShow, onMore, isMoreComing, isSearched }: Props) {
  if (transactions.length === 0 && isSearched) {
    return <p className="px-4 py-3 text-sm text-soft">{say.noneFound}</p>;
  }
  return (
    <div>
      <ul aria-label={say.label}>
        {transactions.map(({ id, purpose, state, payments, builtAtMs, hash }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === shown ? 'true' : undefined}
              onClick={() => onShow(id)}
              className={`flex w-full flex-col gap-0.5 border-b border-line px-4 py-2 text-left text-sm hover:bg-hover ${
                id === shown ? 'bg-chosen' : ''
              }`}
            >
              <span className="flex justify-between gap-2">
                <span className="font-medium">{purpose === 'reclaim' ? say.takesBack : say.payments(payments)}</span>
                <Ago atMs={builtAtMs} />
              </span>
              <span className="flex justify-between gap-2 text-xs text-soft">
                <span>{say.state[state]}</span>
                <span className="font-mono">{hash.slice(0, 8)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="px-2 py-2 empty:hidden">
        <MoreButton onMore={onMore} busy={isMoreComing} />
      </div>
    </div>
  );
}
