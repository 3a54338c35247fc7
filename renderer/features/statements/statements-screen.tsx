import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { AddButton, EmptyList, ListBar, ListScreen } from '../../ui/list-screen.tsx';
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
  const list = useStatements(filter);
  const mayEnter = hasAnyRole(me, ['operator']);
  return (
    <ListScreen
      bar={
        <ListBar>
          <Filters />
          {mayEnter ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
        </ListBar>
      }
      label={say.label}
      list={list}
      columns={STATEMENT_COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        <EmptyList
          say={say}
          narrowed={Object.keys(filter).length > 0}
          onClear={() => go({ params: {} })}
          onAdd={mayEnter ? () => open('new') : undefined}
        />
      }
    >
      {openId === 'new' && mayEnter ? <EnterStatementPanel onClose={close} onEntered={open} /> : null}
      {openId !== null && openId !== 'new' ? <StatementPanel key={openId} id={openId} onClose={close} /> : null}
    </ListScreen>
  );
}
