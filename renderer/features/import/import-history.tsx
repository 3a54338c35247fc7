import type { ReactNode } from 'react';
import { go, hrefOf, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { dayOf } from '../../ui/day-text.ts';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { ListPane } from '../../ui/list-screen.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { ImportTotals } from './import-totals.tsx';
import { type ImportedFile, useImportedFiles } from './use-imports.ts';

const say = words.imports;
const column = columnsOf<ImportedFile>();
const COLUMNS = column.columns([
  column.display({
    id: 'file',
    header: say.columns.file,
    meta: { width: 'minmax(10rem,1.4fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.fileName}</span>,
  }),
  column.display({
    id: 'payouts',
    header: say.columns.payouts,
    meta: { width: '6rem', align: 'right' },
    cell: ({ row }) => <span className="tabular">{row.original.payouts.toLocaleString()}</span>,
  }),
  column.display({
    id: 'payees',
    header: say.columns.payees,
    meta: { width: '6rem', align: 'right', from: 620 },
    cell: ({ row: { original } }) => (
      <span className={`tabular ${original.payeesCreated === 0 ? 'text-faint' : ''}`}>
        {original.payeesCreated.toLocaleString()}
      </span>
    ),
  }),
  column.display({
    id: 'totals',
    header: say.columns.totals,
    meta: { width: 'minmax(10rem,1fr)', align: 'right', from: 500 },
    cell: ({ row: { original } }) => {
      const [first, ...others] = original.totals;
      if (!first) return null;
      return (
        <span className="whitespace-nowrap">
          {others.length > 0 ? <span className="mr-1.5 text-xs text-faint">+{others.length}</span> : null}
          <Amount minor={first.amountMinor} scale={first.scale} code={first.assetCode} />
        </span>
      );
    },
  }),
  column.display({
    id: 'by',
    header: say.columns.by,
    meta: { width: 'minmax(6rem,0.6fr)', from: 700 },
    cell: ({ row }) => <span className="text-soft">{row.original.by}</span>,
  }),
  column.display({
    id: 'when',
    header: say.columns.when,
    meta: { width: '6rem' },
    cell: ({ row }) => <Ago atMs={row.original.importedAtMs} />,
  }),
]);

const open = (id: string) => go({ open: id });

export function ImportHistory({ above }: { readonly above: ReactNode }) {
  const { open: openId } = useRoute();
  const list = useImportedFiles();
  const opened = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="border-b border-line">{above}</div>
        <ListPane
          label={say.label}
          list={list}
          columns={COLUMNS}
          openId={openId}
          onOpen={open}
          empty={<Empty title={say.historyEmpty} next={say.historyEmptyNext} />}
        />
      </div>
      {opened ? <BatchPanel file={opened} onClose={() => go({ open: null })} /> : null}
    </>
  );
}

function BatchPanel({ file, onClose }: { readonly file: ImportedFile; readonly onClose: () => void }) {
  const day = dayOf(file.importedAtMs);
  const link = 'text-accent underline-offset-2 hover:underline';
  return (
    <Panel
      of={file.id}
      label={say.batch.panel}
      onClose={onClose}
      title={<h2 className="truncate text-base font-semibold">{file.fileName}</h2>}
    >
      <Facts>
        <Fact name={say.columns.when}>
          <Moment atMs={file.importedAtMs} />
        </Fact>
        <Fact name={say.columns.by}>{file.by}</Fact>
        <Fact name={say.columns.payouts}>
          <span className="tabular">{file.payouts.toLocaleString()}</span>
        </Fact>
        <Fact name={say.columns.payees}>
          <span className="tabular">{file.payeesCreated.toLocaleString()}</span>
        </Fact>
        <Fact name={say.batch.leftOut}>
          <span className="tabular">{file.leftOut.toLocaleString()}</span>
        </Fact>
        <Fact name={say.batch.hash}>
          <FullAddress address={file.sha256} />
        </Fact>
      </Facts>
      <Section title={say.preview.totals}>
        <ImportTotals totals={file.totals} />
      </Section>
      <p className="flex flex-col gap-1">
        <a href={hrefOf('payouts', null, { from: day, to: day })} className={link}>
          {say.batch.payouts}
        </a>
        {file.payeesCreated > 0 ? (
          <a href={hrefOf('payees', null, { tab: 'waiting', proposed: String(file.importedAtMs) })} className={link}>
            {say.batch.confirm}
          </a>
        ) : null}
      </p>
    </Panel>
  );
}
