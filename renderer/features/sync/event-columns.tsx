import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago } from '../../ui/time.tsx';
import { Outcome, whatItSays } from './event-text.tsx';
import type { EventRow } from './use-sync.ts';

const say = words.sync;

const column = columnsOf<EventRow>();
export const EVENT_COLUMNS = column.columns([
  column.display({
    id: 'outcome',
    header: say.filters.outcome,
    meta: { width: '10.5rem' },
    cell: ({ row }) => <Outcome outcome={row.original.outcome} />,
  }),
  column.display({
    id: 'what',
    header: say.what,
    meta: { width: '7.5rem' },
    cell: ({ row }) => whatItSays(row.original),
  }),
  column.display({
    id: 'payout',
    header: say.payout,
    meta: { width: 'minmax(7rem,1fr)' },
    cell: ({ row: { original } }) =>
      original.payout ? (
        <span className="font-medium">{original.payout.reference}</span>
      ) : (
        <span className="text-faint">{say.noPayout}</span>
      ),
  }),
  column.display({
    id: 'reference',
    header: say.reference,
    meta: { width: 'minmax(7rem,1.2fr)', from: 760 },
    cell: ({ row }) => <span className="font-mono text-xs text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'rail',
    header: words.columns.rail,
    meta: { width: '6.5rem', from: 900 },
    cell: ({ row }) => words.rails[row.original.rail],
  }),
  column.display({
    id: 'amount',
    header: words.columns.amount,
    meta: { width: 'minmax(8.5rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) =>
      original.amountMinor === null || original.scale === null || original.assetCode === null ? null : (
        <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
      ),
  }),
  column.display({
    id: 'received',
    header: say.received,
    meta: { width: '6rem', from: 570 },
    cell: ({ row }) => <Ago atMs={row.original.receivedAtMs} />,
  }),
]);
