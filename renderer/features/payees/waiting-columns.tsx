import type { WaitingDestination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago } from '../../ui/time.tsx';
import { DestinationFlags } from './payee-flags.tsx';

const say = words.payees.confirm;
const column = columnsOf<WaitingDestination>();

/** With a box to select each; made anew when the selection changes, which the list then shows. */
export function waitingColumns(selected: ReadonlySet<string>, toggle: (id: string) => void) {
  return column.columns([
    column.display({
      id: 'select',
      header: '',
      meta: { width: '1.25rem' },
      cell: ({ row: { original } }) => (
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={say.select(original.payee.name)}
          checked={selected.has(original.id)}
          disabled={!original.mayConfirm}
          title={original.whyNot ?? undefined}
          onClick={(event) => event.stopPropagation()}
          onChange={() => toggle(original.id)}
          className="size-4 translate-y-0.5 accent-accent-solid disabled:opacity-40"
        />
      ),
    }),
    column.display({
      id: 'payee',
      header: say.payee,
      meta: { width: 'minmax(8rem,1.2fr)' },
      cell: ({ row }) => (
        <span>
          <span className="font-medium">{row.original.payee.name}</span>{' '}
          <span className="tabular text-soft">{row.original.payee.reference}</span>
        </span>
      ),
    }),
    column.display({
      id: 'address',
      header: say.address,
      meta: { width: 'minmax(10rem,1fr)', from: 480 },
      cell: ({ row }) => (
        <span className="text-soft">
          {words.rails[row.original.rail]} <ShortAddress address={row.original.address} />
        </span>
      ),
    }),
    column.display({
      id: 'flags',
      header: say.flags,
      meta: { width: '7.5rem' },
      cell: ({ row }) => <DestinationFlags destination={row.original} />,
    }),
    column.display({
      id: 'by',
      header: say.proposedBy,
      meta: { width: 'minmax(6rem,0.5fr)', from: 640 },
      cell: ({ row }) => <span className="text-soft">{row.original.proposedBy.name}</span>,
    }),
    column.display({
      id: 'age',
      header: say.age,
      meta: { width: '6rem', from: 560 },
      cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
    }),
  ]);
}
