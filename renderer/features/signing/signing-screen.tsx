import type { ChainTransaction, ProviderBatch } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { BatchDesk } from '../batches/batch-desk.tsx';
import { BatchRows } from '../batches/batch-rows.tsx';
import { LapsedNote } from '../batches/lapsed-note.tsx';
import { useBatches } from '../batches/use-batches.ts';
import { PlanPanel } from './plan-panel.tsx';
import { SigningDesk } from './signing-desk.tsx';
import { isOver, useChain, useTransactions } from './use-signing.ts';

const say = words.signing;
const plan = () => go({ open: 'new' });
const close = () => go({ open: null });
const show = (id: string) => go({ open: id });

export function SigningScreen() {
  const me = useMe();
  const { open } = useRoute();
  const chain = useChain();
  const list = useTransactions();
  const batches = useBatches();
  useCommands({ new: plan });
  if (chain.isPending || list.isPending || batches.isPending) return <LoadingLines lines={10} />;
  if (!chain.data || !list.data || !batches.data) {
    const error = chain.error ?? list.error ?? batches.error;
    return <ErrorNote error={error} onRetry={() => void Promise.all([chain.refetch(), batches.refetch()])} />;
  }
  const { waiting, mode, hotKey } = chain.data;
  const { items, mayAsk } = batches.data;
  if (mode === null && items.length === 0) return <Empty title={say.notSetUp} next={say.notSetUpNext} />;
  const shown = open !== null && open !== 'new' ? open : firstOpen(items, list.data);
  return (
    <>
      <div className="flex w-72 shrink-0 flex-col border-r border-line max-[1100px]:w-44">
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
          <Transactions transactions={list.data} shown={shown} />
        </div>
      </div>
      <div id="list" tabIndex={-1} className="flex min-w-0 flex-1">
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

interface TransactionsProps {
  readonly transactions: readonly ChainTransaction[];
  readonly shown: string | null;
}

function Transactions({ transactions, shown }: TransactionsProps) {
  return (
    <ul aria-label={say.label}>
      {transactions.map(({ id, purpose, state, payments, builtAtMs, hash }) => (
        <li key={id}>
          <button
            type="button"
            aria-current={id === shown ? 'true' : undefined}
            onClick={() => show(id)}
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
  );
}
