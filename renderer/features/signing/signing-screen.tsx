import type { ChainTransaction, ProviderBatch } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { ReviewPending } from '../../ui/review-columns.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { BatchDesk } from '../batches/batch-desk.tsx';
import { BatchRows } from '../batches/batch-rows.tsx';
import { LapsedNote } from '../batches/lapsed-note.tsx';
import { useBatches } from '../batches/use-batches.ts';
import { PlanPanel } from './plan-panel.tsx';
import { SigningDesk } from './signing-desk.tsx';
import { TransactionList } from './transaction-list.tsx';
import { isOver, useChain, useTransactions } from './use-signing.ts';

const say = words.signing;
const plan = () => go({ open: 'new' });
const close = () => go({ open: null });
const show = (id: string) => go({ open: id });

export function SigningScreen() {
  const me = useMe();
  const { open, params } = useRoute();
  const q = params.q ?? '';
  const chain = useChain();
  const list = useTransactions(q);
  const batches = useBatches();
  const rows = [...(batches.data?.items ?? []), ...list.rows];
  const shown = open !== null && open !== 'new' ? open : firstOpen(batches.data?.items ?? [], list.rows);
  useListKeys({ rows, openId: shown, onOpen: show });
  useCommands({ new: plan });
  if (chain.isPending || list.query.isPending || batches.isPending)
    return (
      <ReviewPending>
        <LoadingLines lines={10} />
      </ReviewPending>
    );
  if (!chain.data || !list.query.data || !batches.data) {
    const error = chain.error ?? list.query.error ?? batches.error;
    return (
      <ReviewPending>
        <ErrorNote
          error={error}
          onRetry={() => void Promise.all([chain.refetch(), list.query.refetch(), batches.refetch()])}
        />
      </ReviewPending>
    );
  }
  const { waiting, mode, hotKey } = chain.data;
  const { items, mayAsk } = batches.data;
  if (mode === null && items.length === 0) return <Empty title={say.notSetUp} next={say.notSetUpNext} />;
  return (
    <>
      <div className="flex w-72 shrink-0 flex-col border-r border-line max-[1180px]:w-52">
        {mode === null ? null : (
          <div className="flex flex-col gap-2 border-b border-line px-4 py-3">
            <p className="text-sm">{say.waiting(waiting)}</p>
            <Button kind={waiting > 0 ? 'primary' : 'plain'} onClick={plan}>
              {say.plan.open}
              <Key>n</Key>
            </Button>
            <p className="text-xs text-faint">{say.mode[mode]}</p>
            {hotKey === null ? null : <p className="text-xs font-medium text-amber">{say.hotKey}</p>}
          </div>
        )}
        {mayAsk.map((rail) => (
          <LapsedNote key={rail} rail={rail} />
        ))}
        <div className="min-h-0 flex-1 overflow-y-auto">
          <BatchRows batches={items} shown={shown} />
          <TransactionList
            transactions={list.rows}
            shown={shown}
            onShow={show}
            onMore={list.loadMore}
            isMoreComing={list.query.isFetchingNextPage}
            isSearched={q !== ''}
          />
        </div>
      </div>
      {/* A small window has room for one of the two. */}
      <div
        id="list"
        tabIndex={-1}
        className={`flex min-w-0 flex-1 ${open === 'new' ? 'max-[1180px]:invisible max-[1180px]:overflow-hidden' : ''}`}
      >
        {shown === null ? (
          <Empty title={say.empty} next={waiting > 0 ? say.emptyWaiting : say.emptyNext} />
        ) : isBatch(shown) ? (
          <BatchDesk key={shown} id={shown} />
        ) : (
          <SigningDesk key={shown} id={shown} />
        )}
      </div>
      {open === 'new' ? <PlanPanel maySign={hasAnyRole(me, ['signer'])} onClose={close} onBuilt={show} /> : null}
    </>
  );
}

const isBatch = (id: string) => id.startsWith('bat_');

/** What waits for a code has the shorter time. */
function firstOpen(batches: readonly ProviderBatch[], transactions: readonly ChainTransaction[]): string | null {
  const batch = batches.find(({ endedAtMs }) => endedAtMs === null);
  return batch?.id ?? transactions.find((one) => !isOver(one))?.id ?? null;
}
