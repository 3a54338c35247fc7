import { useEffect, useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { useCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote, GoodNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import { useOpened, useQueue } from './use-queue.ts';

const column = columnsOf<Payout>();
const COLUMNS = column.columns([
  column.display({
    id: 'payee',
    header: words.columns.payee,
    meta: { width: 'minmax(7rem,1.2fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.payee.name}</span>,
  }),
  column.display({
    id: 'destination',
    header: words.columns.destination,
    meta: { width: '8.5rem', from: 620 },
    cell: ({ row }) => <ShortAddress address={row.original.destination.address} />,
  }),
  column.display({
    id: 'amount',
    header: words.columns.amount,
    meta: { width: 'minmax(9rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) => (
      <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
    ),
  }),
  column.display({
    id: 'rail',
    header: words.columns.rail,
    meta: { width: '5.5rem', from: 900 },
    cell: ({ row }) => words.rails[row.original.rail],
  }),
  column.display({
    id: 'why',
    header: words.columns.why,
    meta: { width: 'minmax(9rem,1.4fr)', from: 520 },
    cell: ({ row }) => (
      <span className="text-soft">
        {row.original.whyNot ??
          words.approvals.needed(row.original.approvals.given.length, row.original.approvals.needed)}
      </span>
    ),
  }),
  column.display({
    id: 'approvals',
    header: words.columns.approvals,
    meta: { width: '7rem', from: 780 },
    cell: ({ row: { original } }) => {
      const { given, needed } = original.approvals;
      return (
        <span className="tabular text-soft">
          {given.map(({ name }) => name).join(', ') || words.payouts.approvalsOf(0, needed)}
        </span>
      );
    },
  }),
  column.display({
    id: 'age',
    header: words.columns.age,
    meta: { width: '6rem', from: 440 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);

const open = (id: string) => go({ open: id });
const NOTE_MS = 6_000;

export function ApprovalsScreen() {
  const { open: openId } = useRoute();
  const queue = useQueue();
  const { query, rows, loadMore } = queue;
  const [decided, setDecided] = useState<string | null>(null);
  const { cursorId } = useListKeys({ rows, openId, onOpen: open });
  const opened = useOpened(queue, openId);
  // Without an open panel `a` and `r` open it: nobody decides what they have not had before their eyes.
  const openFirst = () => rows[0] && open(cursorId ?? rows[0].id);
  useCommands(opened ? {} : { approve: openFirst, reject: openFirst });
  useEffect(() => {
    if (decided === null) return;
    const timer = setTimeout(() => setDecided(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [decided]);

  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        {query.isError && rows.length === 0 ? (
          <div className="p-5">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : (
          <List
            label={words.approvals.label}
            rows={rows}
            columns={COLUMNS}
            cursorId={cursorId}
            openId={openId}
            onOpen={open}
            loading={query.isPending}
            empty={<Empty title={words.approvals.empty} next={words.approvals.emptyNext} />}
            onNearEnd={loadMore}
          />
        )}
        {/* Below the list, so that no row moves while somebody works through them. */}
        <div aria-live="polite" className="px-5 py-2 empty:hidden">
          {decided === null ? null : <GoodNote>{decided}</GoodNote>}
        </div>
      </div>
      {opened ? (
        <ApprovalPanel
          key={opened.id}
          payout={opened}
          onClose={() => go({ open: null })}
          onApproved={({ payee }) => setDecided(words.approvals.done(payee.name))}
          onRejected={({ payee }) => setDecided(words.approvals.rejected(payee.name))}
        />
      ) : null}
    </>
  );
}
