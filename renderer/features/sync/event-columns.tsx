import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago } from '../../ui/time.tsx';
import { Outcome, whatItSays } from './event-text.tsx';
import type { EventRow } from './use-sync.ts';

const say = words.sync;

const column = columnsOf<EventRow>();

const outcome = column.display({
  id: 'outcome',
  header: say.filters.outcome,
  meta: { width: 'minmax(8rem,10rem)' },
  cell: ({ row }) => <Outcome outcome={row.original.outcome} />,
});

const what = column.display({
  id: 'what',
  header: say.what,
  meta: { width: '6.5rem' },
  cell: ({ row }) => whatItSays(row.original),
});

const payout = column.display({
  id: 'payout',
  header: say.payout,
  meta: { width: 'minmax(9rem,1.1fr)', from: 440 },
  cell: ({ row: { original } }) =>
    original.payout ? (
      <span className="font-medium">{original.payout.reference}</span>
    ) : (
      <span className="text-faint">{say.noPayout}</span>
    ),
});

const reference = column.display({
  id: 'reference',
  header: say.reference,
  meta: { width: 'minmax(7rem,1.2fr)', from: 760 },
  cell: ({ row }) => <span className="font-mono text-xs text-soft">{row.original.reference}</span>,
});

const rail = column.display({
  id: 'rail',
  header: words.columns.rail,
  meta: { width: '6.5rem', from: 900 },
  cell: ({ row }) => words.rails[row.original.rail],
});

const amount = column.display({
  id: 'amount',
  header: words.columns.amount,
  meta: { width: 'minmax(8.5rem,0.7fr)', align: 'right', from: 500 },
  cell: ({ row: { original } }) =>
    original.amountMinor === null || original.scale === null || original.assetCode === null ? null : (
      <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
    ),
});

const received = column.display({
  id: 'received',
  header: say.received,
  meta: { width: '6rem', from: 640 },
  cell: ({ row }) => <Ago atMs={row.original.receivedAtMs} />,
});

/** Why it could not be handled: what many that were given up are sorted by, with the eye. */
const why = column.display({
  id: 'why',
  header: say.error,
  meta: { width: 'minmax(10rem,2.2fr)' },
  cell: ({ row: { original } }) => <span title={original.error ?? undefined}>{original.error}</span>,
});

export const EVENT_COLUMNS = column.columns([outcome, what, payout, reference, rail, amount, received]);

/** Where only those are shown of which something stands in the way. */
export const TROUBLE_COLUMNS = column.columns([outcome, why, payout, rail, amount, received]);
