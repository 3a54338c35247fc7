import { type PayoutSchedule, SCHEDULE_STATUSES } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { BarAction } from '../../ui/bar-action.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, EmptyList, FilterChips, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Moment } from '../../ui/time.tsx';
import { SchedulePanel } from './schedule-panel.tsx';
import { ScheduleState } from './schedule-status.tsx';
import { scheduleFilterOf, useProcessDue, useSchedules } from './use-schedules.ts';
import { WriteSchedulePanel } from './write-schedule-panel.tsx';

const say = words.schedules;
const column = columnsOf<PayoutSchedule>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '7.5rem' },
    cell: ({ row }) => <ScheduleState status={row.original.status} />,
  }),
  column.display({
    id: 'payee',
    header: words.columns.payee,
    meta: { width: 'minmax(7rem,1.2fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.payee.name}</span>,
  }),
  column.display({
    id: 'reference',
    header: words.columns.reference,
    meta: { width: 'minmax(7rem,1fr)', from: 780 },
    cell: ({ row }) => <span className="text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'placement',
    header: say.placement,
    meta: { width: 'minmax(6rem,0.7fr)', from: 960 },
    cell: ({ row }) => <span className="text-soft">{row.original.placementId}</span>,
  }),
  column.display({
    id: 'due',
    header: say.due,
    meta: { width: '11.5rem', from: 600 },
    cell: ({ row }) => <Moment atMs={row.original.dueAtMs} />,
  }),
  column.display({
    id: 'amount',
    header: words.columns.amount,
    meta: { width: 'minmax(9rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) => (
      <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
    ),
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

function Filters() {
  const { params } = useRoute();
  const { status: chosen } = scheduleFilterOf(params);
  return (
    <FilterChips
      label={words.columns.status}
      all={say.all}
      values={SCHEDULE_STATUSES}
      wordOf={(status) => say.status[status]}
      chosen={chosen}
      onChoose={(status) => setParam('status', status ?? '')}
    />
  );
}

function ProcessDue() {
  const process = useProcessDue();
  const { data } = process;
  return (
    <BarAction
      label={say.processDue}
      action={process}
      said={data ? say.processed(data.processed, data.failed, data.waiting) : null}
      onPress={() => process.mutate(undefined)}
    />
  );
}

export function SchedulesScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = scheduleFilterOf(params);
  const list = useSchedules(filter);
  const mayWrite = hasAnyRole(me, ['operator']);
  return (
    <ListScreen
      bar={
        <ListBar>
          <Filters />
          {hasAnyRole(me, ['operator', 'controller', 'admin']) ? <ProcessDue /> : null}
          {mayWrite ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
        </ListBar>
      }
      label={say.label}
      list={list}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        <EmptyList
          say={say}
          narrowed={Object.keys(filter).length > 0}
          onClear={() => go({ params: {} })}
          onAdd={mayWrite ? () => open('new') : undefined}
        />
      }
    >
      {openId === 'new' && mayWrite ? <WriteSchedulePanel onClose={close} onWritten={open} /> : null}
      {openId !== null && openId !== 'new' ? <SchedulePanel key={openId} id={openId} onClose={close} /> : null}
    </ListScreen>
  );
}
