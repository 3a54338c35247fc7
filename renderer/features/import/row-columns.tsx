import type { RowWarningCode } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import type { ListedRow } from './use-imports.ts';

const say = words.imports.preview;
const column = columnsOf<ListedRow>();

/** Every new payee has one of these; they never stand before what is truly odd. */
const EXPECTED: readonly RowWarningCode[] = ['destination.new', 'destination.unconfirmed', 'destination.cooling_off'];

/** The gravest thing about a row, in words, and how much more there is. */
function Notes({ row }: { readonly row: ListedRow }) {
  const [problem] = row.problems;
  const warning = row.warnings.find(({ code }) => !EXPECTED.includes(code)) ?? row.warnings[0];
  const more = row.problems.length + row.warnings.length - 1;
  if (!problem && !warning) return null;
  return (
    <span className={problem ? 'text-red' : 'text-amber'} title={(problem ?? warning)?.message}>
      {problem ? words.importNotes.problems[problem.code].name : ''}
      {!problem && warning ? words.importNotes.warnings[warning.code].name : ''}
      {more > 0 ? say.more(more) : ''}
    </span>
  );
}

export const ROW_COLUMNS = column.columns([
  column.display({
    id: 'line',
    header: say.line,
    meta: { width: '3.75rem', align: 'right' },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.line.toLocaleString()}</span>,
  }),
  column.display({
    id: 'what',
    header: say.what,
    meta: { width: 'minmax(10rem,1.3fr)' },
    cell: ({ row }) => <Notes row={row.original} />,
  }),
  column.display({
    id: 'payee',
    header: say.payee,
    meta: { width: 'minmax(8rem,1fr)', from: 600 },
    cell: ({ row: { original } }) => (
      <span>
        {original.payeeName ?? original.values.payeeName ?? original.values.payee}
        {original.newPayee ? <span className="ml-1.5 text-xs text-cyan">{say.newPayee}</span> : null}
      </span>
    ),
  }),
  column.display({
    id: 'address',
    header: say.destination,
    meta: { width: '9rem', from: 760 },
    cell: ({ row: { original } }) => {
      const address = original.address ?? original.values.address;
      return address ? <ShortAddress address={address} /> : null;
    },
  }),
  column.display({
    id: 'reference',
    header: say.reference,
    meta: { width: 'minmax(7rem,0.8fr)', from: 900 },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.values.reference}</span>,
  }),
  column.display({
    id: 'amount',
    header: say.amount,
    meta: { width: 'minmax(8.5rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) =>
      original.amountMinor !== null && original.scale !== null && original.assetCode !== null ? (
        <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
      ) : (
        <span className="truncate text-faint" title={original.values.amount}>
          {original.values.amount} {original.values.asset}
        </span>
      ),
  }),
]);
