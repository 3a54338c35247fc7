import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty, ErrorNote, Working } from '../../ui/states.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { sayAction } from './actions.ts';
import { ChainVerdict } from './chain-verdict.tsx';
import { type AuditRow, useAuditLog, useVerifyChain } from './use-audit.ts';

const column = columnsOf<AuditRow>();
const COLUMNS = column.columns([
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

const open = (id: string) => go({ open: id });

function EntryPanel({ entry }: { readonly entry: AuditRow }) {
  return (
    <Panel
      of={entry.id}
      label={words.audit.panel}
      title={<h2 className="text-base font-semibold">{sayAction(entry.action, entry.details)}</h2>}
      onClose={() => go({ open: null })}
    >
      <Facts>
        <Fact name={words.audit.seq}>{entry.seq}</Fact>
        <Fact name={words.audit.when}>
          <Moment atMs={entry.atMs} />
        </Fact>
        <Fact name={words.audit.who}>{entry.actorName}</Fact>
        <Fact name={words.audit.role}>{entry.role}</Fact>
        <Fact name={words.audit.outcomeLabel}>
          <span className={entry.outcome === 'refused' ? 'text-red' : ''}>{words.audit.outcome[entry.outcome]}</span>
        </Fact>
        <Fact name={words.audit.action}>
          <span className="font-mono text-xs">{entry.action}</span>
        </Fact>
        <Fact name={words.audit.subject}>
          <span className="font-mono text-xs break-all">{entry.subject}</span>
        </Fact>
      </Facts>
      <Section title={words.audit.details}>
        {Object.keys(entry.details).length === 0 ? (
          <p className="text-soft">{words.audit.noDetails}</p>
        ) : (
          <pre className="overflow-x-auto rounded-md bg-hover p-3 font-mono text-xs whitespace-pre-wrap break-all">
            {JSON.stringify(entry.details, null, 2)}
          </pre>
        )}
      </Section>
      <Section title={words.audit.hash} action={<CopyButton text={entry.hash} />}>
        <p className="font-mono text-xs break-all text-soft">{entry.hash}</p>
      </Section>
    </Panel>
  );
}

export function AuditScreen() {
  const { open: openId } = useRoute();
  const { query, rows, loadMore } = useAuditLog();
  const verify = useVerifyChain();
  const { cursorId, setCursor } = useListKeys({ rows, openId, onOpen: open });
  const opened = rows.find(({ id }) => id === openId);
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex flex-col gap-2 border-b border-line px-5 py-1.5">
          <div className="flex items-center justify-end gap-3">
            {verify.isPending ? <Working>{words.audit.verifying}</Working> : null}
            <Button className="h-7" busy={verify.isPending} onClick={() => verify.mutate()}>
              {words.audit.verify}
            </Button>
          </div>
          {verify.isSuccess ? <ChainVerdict verdict={verify.data} /> : null}
          {verify.isError ? <ErrorNote error={verify.error} /> : null}
        </div>
        {query.isError && rows.length === 0 ? (
          <div className="p-5">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : (
          <List
            label={words.audit.label}
            rows={rows}
            columns={COLUMNS}
            cursorId={cursorId}
            openId={openId}
            onOpen={(id) => {
              setCursor(id);
              open(id);
            }}
            loading={query.isPending}
            empty={<Empty title={words.audit.empty} next={words.audit.emptyNext} />}
            onNearEnd={loadMore}
          />
        )}
      </div>
      {opened ? <EntryPanel entry={opened} /> : null}
    </>
  );
}
