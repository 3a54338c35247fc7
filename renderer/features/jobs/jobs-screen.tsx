import { useMemo } from 'react';
import type { JobView } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { JobHealth } from './job-health.tsx';
import { JobPanel } from './job-panel.tsx';
import { timetableText } from './timetable-text.ts';
import { useJobs } from './use-jobs.ts';

const say = words.jobs;

/** A job is known by its name. */
type Row = JobView & { readonly id: string };

const column = columnsOf<Row>();
const COLUMNS = column.columns([
  column.display({
    id: 'name',
    header: say.name,
    meta: { width: 'minmax(9rem,0.9fr)' },
    cell: ({ row }) => <span className="font-mono text-xs font-medium">{row.original.name}</span>,
  }),
  column.display({
    id: 'health',
    header: words.columns.status,
    meta: { width: 'minmax(9rem,0.8fr)' },
    cell: ({ row }) => <JobHealth job={row.original} />,
  }),
  column.display({
    id: 'timetable',
    header: say.timetable,
    meta: { width: '9.5rem', from: 620 },
    cell: ({ row }) => <span className="truncate text-soft">{timetableText(row.original.timetable)}</span>,
  }),
  column.display({
    id: 'next',
    header: say.next,
    meta: { width: '11.5rem', from: 900 },
    cell: ({ row: { original } }) =>
      original.state === 'running' ? (
        <span className="text-cyan">{say.state.running}</span>
      ) : original.nextRunAtMs === null ? null : (
        <Moment atMs={original.nextRunAtMs} />
      ),
  }),
  column.display({
    id: 'last',
    header: say.last,
    meta: { width: 'minmax(10rem,1.4fr)', from: 460 },
    cell: ({ row: { original } }) =>
      original.lastEndedAtMs === null ? null : (
        <span className="flex min-w-0 gap-2">
          <Ago atMs={original.lastEndedAtMs} />
          <span className="truncate text-soft" title={original.lastSummary ?? undefined}>
            {original.lastSummary}
          </span>
        </span>
      ),
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function JobsScreen() {
  const { open: openId } = useRoute();
  const query = useJobs();
  const rows = useMemo(() => query.data?.map((job): Row => ({ ...job, id: job.name })) ?? [], [query.data]);
  const chosen = rows.find(({ id }) => id === openId);
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <ListPane
          label={say.label}
          list={{ query, rows }}
          columns={COLUMNS}
          openId={openId}
          onOpen={open}
          empty={<Empty title={say.empty} next={say.emptyNext} />}
        />
      </div>
      {chosen ? <JobPanel key={chosen.name} job={chosen} onClose={close} /> : null}
    </>
  );
}
