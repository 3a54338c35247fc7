import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { List } from '../../ui/list.tsx';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { EnterStatementPanel } from './enter-statement-panel.tsx';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';
import { StatementPanel } from './statement-panel.tsx';
import { type StatementFilter, useCreator, useStatements } from './use-statements.ts';

const say = words.statements;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

function filterOf({ q, payee, left }: Readonly<Record<string, string>>): StatementFilter {
  return { ...(q ? { q } : {}), ...(payee ? { payee } : {}), ...(left ? { open: true } : {}) };
}

function Filters() {
  const { params } = useRoute();
  const creator = useCreator(params.payee);
  return (
    <fieldset aria-label={say.filters} className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      <select
        aria-label={say.filters}
        value={params.left ?? ''}
        onChange={(event) => setParam('left', event.target.value)}
        className="h-7 rounded-md border border-line bg-raised px-2 text-xs text-ink"
      >
        <option value="">{say.all}</option>
        <option value="1">{say.open}</option>
      </select>
      {params.payee ? (
        <Button kind="quiet" className="h-7 min-w-0" onClick={() => setParam('payee', '')} title={say.allPayees}>
          <span className="truncate">{say.ofPayee(creator.data?.name ?? '…')}</span>
          <Icon name="close" />
        </Button>
      ) : null}
    </fieldset>
  );
}

export function StatementsScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = filterOf(params);
  const { query, rows, loadMore } = useStatements(filter);
  const mayEnter = hasAnyRole(me, ['operator']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayEnter ? { new: () => open('new') } : {});
  const empty =
    Object.keys(filter).length > 0 ? (
      <Empty title={say.noneMatch} next={say.noneMatchNext}>
        <Button onClick={() => go({ params: {} })}>{say.clear}</Button>
      </Empty>
    ) : (
      <Empty title={say.empty} next={say.emptyNext}>
        {mayEnter ? (
          <Button kind="primary" onClick={() => open('new')}>
            {say.add}
          </Button>
        ) : null}
      </Empty>
    );
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex min-h-10 items-center justify-between gap-3 border-b border-line py-1.5 pr-5 pl-3">
          <Filters />
          {mayEnter ? (
            <Button kind="primary" onClick={() => open('new')} className="h-7">
              <Icon name="plus" />
              {say.add}
              <Key>n</Key>
            </Button>
          ) : null}
        </div>
        {query.isError && rows.length === 0 ? (
          <div className="p-5">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : (
          <List
            label={say.label}
            rows={rows}
            columns={STATEMENT_COLUMNS}
            cursorId={cursorId}
            openId={openId}
            onOpen={(id) => {
              setCursor(id);
              open(id);
            }}
            loading={query.isPending}
            empty={empty}
            onNearEnd={loadMore}
          />
        )}
        {query.isFetchNextPageError ? (
          <ErrorNote error={query.error} onRetry={() => void query.fetchNextPage()} />
        ) : null}
      </div>
      {openId === 'new' && mayEnter ? <EnterStatementPanel onClose={close} onEntered={open} /> : null}
      {openId !== null && openId !== 'new' ? <StatementPanel key={openId} id={openId} onClose={close} /> : null}
    </>
  );
}
