import type { Mail } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { FilterChips, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { MailPanel } from './mail-panel.tsx';
import { MailServerPanel } from './mail-server-panel.tsx';
import { useMailSettings, useMails } from './use-mail.ts';

const say = words.mails;
const STATUSES = ['waiting', 'sent', 'failed'] as const;
const LIKE = { waiting: 'pending', sent: 'completed', failed: 'failed' } as const;

export function MailStatus({ mail: { status } }: { readonly mail: Pick<Mail, 'status'> }) {
  return <StatusLike like={LIKE[status]} word={say.status[status]} />;
}

const column = columnsOf<Mail>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '6.5rem' },
    cell: ({ row }) => <MailStatus mail={row.original} />,
  }),
  column.display({
    id: 'subject',
    header: say.subject,
    meta: { width: 'minmax(12rem,1.6fr)' },
    cell: ({ row }) => (
      <span className="truncate font-medium" title={row.original.subject}>
        {row.original.subject}
      </span>
    ),
  }),
  column.display({
    id: 'to',
    header: say.to,
    meta: { width: 'minmax(9rem,1fr)', from: 560 },
    cell: ({ row }) => <span className="truncate text-soft">{row.original.to}</span>,
  }),
  column.display({
    id: 'kind',
    header: say.kind,
    meta: { width: '7rem', from: 700 },
    cell: ({ row }) => <span className="text-soft">{say.kinds[row.original.kind]}</span>,
  }),
  column.display({
    id: 'when',
    header: say.when,
    meta: { width: '7rem', from: 460 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);

const SERVER = 'server';
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function MailScreen() {
  const { open: openId, params } = useRoute();
  const status = STATUSES.find((one) => one === params.status);
  const list = useMails(status);
  const settings = useMailSettings();
  const mayChange = hasAnyRole(useMe(), ['admin']);
  const opened = list.rows.find(({ id }) => id === openId);
  const isSetUp = settings.data?.server != null;
  return (
    <ListScreen
      bar={
        <ListBar>
          <FilterChips
            label={words.columns.status}
            all={words.notices.all}
            values={STATUSES}
            wordOf={(value) => say.status[value]}
            chosen={status}
            onChoose={(value) => setParam('status', value ?? '')}
          />
          <Button className="h-7" kind={isSetUp || !mayChange ? 'plain' : 'primary'} onClick={() => open(SERVER)}>
            {isSetUp || !mayChange ? say.open : say.openWithout}
          </Button>
        </ListBar>
      }
      label={say.label}
      list={list}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        status === undefined ? (
          <Empty title={say.empty} next={isSetUp ? say.emptySetUp : say.emptyNext} />
        ) : (
          <Empty title={say.noneMatch} next={say.noneMatchNext}>
            <Button onClick={() => setParam('status', '')}>{say.clear}</Button>
          </Empty>
        )
      }
    >
      {openId === SERVER ? <MailServerPanel mayChange={mayChange} onClose={close} /> : null}
      {opened ? <MailPanel key={opened.id} mail={opened} onClose={close} /> : null}
    </ListScreen>
  );
}
