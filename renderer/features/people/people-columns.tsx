import type { StaffMember } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { StatusLike } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { rolesText } from '../acts/governance-facts.tsx';

const say = words.people;

/** A person as the list shows them. */
export type PersonRow = StaffMember & { readonly isMe: boolean; readonly enrolled: boolean };

const column = columnsOf<PersonRow>();

export const PEOPLE_COLUMNS = column.columns([
  column.display({
    id: 'name',
    header: say.name,
    meta: { width: 'minmax(8rem,0.8fr)' },
    cell: ({ row: { original } }) => (
      <span className={original.status === 'left' ? 'text-faint' : 'font-medium'}>
        {original.name}
        {original.isMe ? <span className="ml-1.5 font-normal text-faint">{say.you}</span> : null}
      </span>
    ),
  }),
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '5.5rem', from: 480 },
    cell: ({ row: { original } }) => (
      <StatusLike like={original.status === 'left' ? 'cancelled' : 'approved'} word={say.status[original.status]} />
    ),
  }),
  column.display({
    id: 'roles',
    header: say.roles,
    meta: { width: 'minmax(10rem,1.4fr)' },
    cell: ({ row: { original } }) => (
      <span className="text-soft" title={rolesText(original.roles)}>
        {rolesText(original.roles)}
      </span>
    ),
  }),
  column.display({
    id: 'groups',
    header: say.groups,
    meta: { width: 'minmax(6rem,0.7fr)', from: 760 },
    cell: ({ row }) => <span className="text-soft">{row.original.groups.join(', ')}</span>,
  }),
  column.display({
    id: 'factor',
    header: say.factor,
    meta: { width: '7.5rem', from: 640 },
    cell: ({ row: { original } }) =>
      original.status === 'left' ? null : (
        <span className={original.enrolled ? 'text-soft' : 'text-amber'}>
          {original.enrolled ? say.enrolled : say.notEnrolled}
        </span>
      ),
  }),
  column.display({
    id: 'key',
    header: say.key,
    meta: { width: '10rem', from: 940 },
    cell: ({ row: { original } }) => (
      <span className="font-mono text-xs text-soft" title={original.publicKey}>
        {original.publicKey.slice(0, 8)}…{original.publicKey.slice(-8)}
      </span>
    ),
  }),
  column.display({
    id: 'since',
    header: say.since,
    meta: { width: '6rem', from: 560 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);
