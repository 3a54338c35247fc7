import type { Queued } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago, Until } from '../../ui/time.tsx';
import { Flags } from './flags.tsx';

const say = words.approvals;

/** Why it needs somebody, in a few words: what is missing, or what stands in the way. */
export function whyText({ approvals: { blocked }, changes, steps, ruleInWords }: Queued): string {
  if (blocked !== null) return blocked.why;
  if (changes !== null) return say.changesBy(changes.by);
  const open = steps.find(({ needed, given }) => given < needed);
  if (!open) return ruleInWords;
  return open.given === 0 ? say.needs(open.from) : say.missing(open.needed - open.given, open.from);
}

const column = columnsOf<Queued>();

export const QUEUE_COLUMNS = column.columns([
  column.display({
    id: 'payee',
    header: words.columns.payee,
    meta: { width: 'minmax(8rem,1.3fr)' },
    cell: ({ row: { original } }) => (
      <span>
        <span className="font-medium">{original.payee.name}</span>{' '}
        <span className="text-faint">{original.reference}</span>
      </span>
    ),
  }),
  column.display({
    id: 'destination',
    header: words.columns.destination,
    meta: { width: '8.5rem', from: 960 },
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
    meta: { width: '6rem', from: 1200 },
    cell: ({ row }) => words.rails[row.original.rail],
  }),
  column.display({
    id: 'why',
    header: words.columns.why,
    meta: { width: 'minmax(8rem,1.2fr)', from: 640 },
    cell: ({ row: { original } }) => (
      <span className={original.approvals.blocked === null ? 'text-soft' : 'text-red'} title={original.ruleInWords}>
        {whyText(original)}
      </span>
    ),
  }),
  column.display({
    id: 'flags',
    header: say.flagsColumn,
    meta: { width: '9.5rem', from: 800 },
    cell: ({ row }) => <Flags flags={row.original.flags} />,
  }),
  column.display({
    id: 'approvals',
    header: words.columns.approvals,
    meta: { width: '7rem', from: 1090 },
    cell: ({ row: { original } }) => {
      const { given, needed } = original.approvals;
      const names = given.map(({ name }) => name).join(', ');
      return (
        <span className="text-soft" title={names}>
          <span className="tabular">
            {given.length}/{needed}
          </span>{' '}
          {names}
        </span>
      );
    },
  }),
  column.display({
    id: 'age',
    header: words.columns.age,
    meta: { width: '5.5rem', from: 440 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
  column.display({
    id: 'expires',
    header: say.expires,
    meta: { width: '5.5rem', from: 1320 },
    cell: ({ row: { original } }) => (original.expiresAtMs === null ? null : <Until atMs={original.expiresAtMs} />),
  }),
]);
