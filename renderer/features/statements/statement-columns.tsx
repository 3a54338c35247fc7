import type { RoyaltyStatement } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago } from '../../ui/time.tsx';
import { periodText } from './period-text.ts';

const say = words.statements;
const column = columnsOf<RoyaltyStatement>();

function money(id: 'totalMinor' | 'paidMinor' | 'remainingMinor', header: string, from?: number) {
  return column.display({
    id,
    header,
    meta: { width: 'minmax(8.5rem,0.7fr)', align: 'right', ...(from === undefined ? {} : { from }) },
    cell: ({ row: { original } }) => (
      <Amount minor={original[id]} scale={original.scale} code={original.assetCode} quietZero />
    ),
  });
}

export const STATEMENT_COLUMNS = column.columns([
  column.display({
    id: 'creator',
    header: say.creator,
    meta: { width: 'minmax(8rem,1.1fr)' },
    cell: ({ row: { original } }) => (
      <span className={original.status === 'deleted' ? 'text-faint' : 'font-medium'}>
        {original.creator.name}
        {original.status === 'deleted' ? ` · ${say.status.deleted}` : ''}
      </span>
    ),
  }),
  column.display({
    id: 'reference',
    header: say.reference,
    meta: { width: 'minmax(7rem,0.8fr)', from: 400 },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'period',
    header: say.period,
    meta: { width: 'minmax(10rem,0.8fr)', from: 620 },
    cell: ({ row: { original } }) => (
      <span className="tabular text-soft">{periodText(original.periodFrom, original.periodTo)}</span>
    ),
  }),
  money('totalMinor', say.total, 760),
  money('paidMinor', say.paid, 920),
  money('remainingMinor', say.remaining),
  column.display({
    id: 'entered',
    header: say.entered,
    meta: { width: '6rem', from: 1040 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);
