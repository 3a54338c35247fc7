import { words } from '../../app/words/words.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { Ago } from '../../ui/time.tsx';
import { sayAction } from './actions.ts';
import type { AuditRow } from './use-audit.ts';

const column = columnsOf<AuditRow>();

export const AUDIT_COLUMNS = column.columns([
  column.display({
    id: 'seq',
    header: words.audit.seq,
    meta: { width: '4.5rem' },
    cell: ({ row }) => <span className="tabular text-faint">{row.original.seq}</span>,
  }),
  column.display({
    id: 'action',
    header: words.audit.action,
    meta: { width: 'minmax(9rem,1fr)' },
    cell: ({ row }) => <span className="font-medium">{sayAction(row.original.action, row.original.details)}</span>,
  }),
  column.display({
    id: 'who',
    header: words.audit.who,
    meta: { width: 'minmax(7rem,0.8fr)' },
    cell: ({ row }) => row.original.actorName,
  }),
  column.display({
    id: 'subject',
    header: words.audit.subject,
    meta: { width: 'minmax(9rem,1fr)', from: 640 },
    cell: ({ row }) => <span className="font-mono text-xs text-soft">{row.original.subject}</span>,
  }),
  column.display({
    id: 'reason',
    header: words.audit.said,
    meta: { width: 'minmax(8rem,1fr)', from: 980 },
    cell: ({ row: { original } }) => {
      const { reason, code } = original.details;
      return (
        <span className="text-soft">{typeof reason === 'string' ? reason : typeof code === 'string' ? code : ''}</span>
      );
    },
  }),
  column.display({
    id: 'outcome',
    header: words.audit.outcomeLabel,
    meta: { width: '5rem', from: 480 },
    cell: ({ row: { original } }) => (
      <span className={original.outcome === 'refused' ? 'text-red' : 'text-soft'}>
        {words.audit.outcome[original.outcome]}
      </span>
    ),
  }),
  column.display({
    id: 'when',
    header: words.audit.when,
    meta: { width: '6rem', from: 560 },
    cell: ({ row }) => <Ago atMs={row.original.atMs} />,
  }),
]);
