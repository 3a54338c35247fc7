import { NOTIFICATION_TOPICS, type Notification } from '../../../core/contract/index.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_CHIP } from '../../ui/filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { FilterChips, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useMarkRead, useNotices, useUnread } from './use-notifications.ts';
import { whereItLeads } from './where-it-leads.ts';

const say = words.notices;

const column = columnsOf<Notification>();
const COLUMNS = column.columns([
  column.display({
    id: 'unread',
    header: () => <span className="sr-only">{say.isUnread}</span>,
    meta: { width: '1.5rem' },
    cell: ({ row: { original } }) =>
      original.readAtMs === null ? (
        <span className={`block size-2 rounded-full ${original.urgent ? 'bg-red' : 'bg-accent-solid'}`}>
          <span className="sr-only">{original.urgent ? `${say.isUnread}, ${say.urgent}` : say.isUnread}</span>
        </span>
      ) : null,
  }),
  column.display({
    id: 'what',
    header: say.what,
    meta: { width: 'minmax(15rem,1.2fr)' },
    cell: ({ row: { original } }) => (
      <span className="flex min-w-0 items-center gap-1.5">
        {original.urgent ? (
          <Icon name="warning" className={original.readAtMs === null ? 'text-red' : 'text-faint'} />
        ) : null}
        <span className={`truncate ${original.readAtMs === null ? 'font-medium' : 'text-soft'}`} title={original.title}>
          {original.title}
        </span>
      </span>
    ),
  }),
  column.display({
    id: 'details',
    header: say.details,
    meta: { width: 'minmax(10rem,1.2fr)', from: 760 },
    cell: ({ row: { original } }) => (
      <span className="tabular truncate text-soft" title={original.text}>
        {original.text}
      </span>
    ),
  }),
  column.display({
    id: 'topic',
    header: say.topicLabel,
    meta: { width: '9rem', from: 900 },
    cell: ({ row }) => <span className="text-soft">{say.topics[row.original.topic]}</span>,
  }),
  column.display({
    id: 'when',
    header: say.when,
    meta: { width: '7rem', from: 460 },
    cell: ({ row }) => <Ago atMs={row.original.atMs} />,
  }),
]);

/** What one was told. Opening one leads to what it is about, and it is read. */
export function NotificationsScreen() {
  const { params } = useRoute();
  const unread = params.show !== 'all';
  const topic = NOTIFICATION_TOPICS.find((one) => one === params.topic);
  const list = useNotices({ unread, topic });
  const count = useUnread().data?.count ?? 0;
  const mark = useMarkRead();
  const open = (id: string) => {
    const notice = list.rows.find((row) => row.id === id);
    if (!notice) return;
    if (notice.readAtMs === null) mark.mutate({ ids: [id] });
    go(whereItLeads(notice));
  };
  return (
    <ListScreen
      bar={
        <ListBar>
          <fieldset aria-label={say.showLabel} className="flex gap-0.5">
            {(['unread', 'all'] as const).map((value) => (
              <button
                key={value}
                type="button"
                aria-pressed={unread === (value === 'unread')}
                onClick={() => setParam('show', value === 'all' ? 'all' : '')}
                className={FILTER_CHIP}
              >
                {say[value]}
              </button>
            ))}
          </fieldset>
          <FilterChips
            label={say.topicLabel}
            all={say.allTopics}
            values={NOTIFICATION_TOPICS}
            wordOf={(value) => say.topics[value]}
            chosen={topic}
            onChoose={(value) => setParam('topic', value ?? '')}
          />
          {count > 0 ? (
            <Button className="h-7" busy={mark.isPending} onClick={() => mark.mutate({})}>
              {say.markAll}
            </Button>
          ) : null}
        </ListBar>
      }
      label={say.label}
      list={list}
      columns={COLUMNS}
      openId={null}
      onOpen={open}
      empty={
        unread ? (
          <Empty title={say.noneUnread} next={say.noneUnreadNext} />
        ) : (
          <Empty title={say.empty} next={say.emptyNext} />
        )
      }
      said={mark.isError ? <ErrorNote error={mark.error} /> : null}
    />
  );
}
