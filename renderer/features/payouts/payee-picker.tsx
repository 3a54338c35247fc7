import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useId, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';

const SHOWN = 8;

function usePayeeSearch(typed: string) {
  const q = useDeferredValue(typed.trim());
  return useQuery(
    orpc.payees.list.queryOptions({
      input: { limit: SHOWN, ...(q === '' ? {} : { q }) },
      placeholderData: keepPreviousData,
    }),
  );
}

/** Finds one payee among many by typing. */
export function PayeePicker({
  chosen,
  onChoose,
}: {
  readonly chosen: Payee | null;
  readonly onChoose: (payee: Payee | null) => void;
}) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const found = usePayeeSearch(typed);
  const payees = (found.data?.items ?? []).filter(({ status }) => status === 'active');
  if (chosen) {
    return (
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium text-soft">{words.request.payee}</span>
        <div className="flex items-center justify-between gap-2 rounded-md border border-line px-2.5 py-1.5">
          <span className="min-w-0 truncate">
            <span className="font-medium">{chosen.name}</span> <span className="text-soft">{chosen.reference}</span>
          </span>
          <Button kind="quiet" className="-my-1 h-7" onClick={() => onChoose(null)}>
            {words.request.change}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-1">
      <TextField
        label={words.request.payee}
        placeholder={words.request.payeeSearch}
        value={typed}
        onText={(text) => {
          setTyped(text);
          setAt(0);
        }}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={payees[at] ? `${listId}-${payees[at].id}` : undefined}
        autoFocus
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(payees.length - 1, at + step)));
          }
          if (event.key === 'Enter') {
            event.preventDefault();
            onChoose(payees[at] ?? null);
          }
        }}
      />
      {found.isError ? <ErrorNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      <div
        role="listbox"
        id={listId}
        aria-label={words.request.payee}
        className="rounded-md border border-line p-1 empty:hidden"
      >
        {payees.map((payee, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={payee.id}
            id={`${listId}-${payee.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => onChoose(payee)}
            className={`flex h-8 cursor-default items-center justify-between gap-3 rounded px-2 ${index === at ? 'bg-chosen' : 'hover:bg-hover'}`}
          >
            <span className="truncate">{payee.name}</span>
            <span className="text-xs text-soft">{payee.reference}</span>
          </div>
        ))}
      </div>
      {found.isSuccess && payees.length === 0 ? (
        <p className="text-soft">
          {words.request.payeeNone}{' '}
          <a className="text-accent underline" href={hrefOf('payees', 'new')}>
            {words.request.payeeAdd}
          </a>
        </p>
      ) : null}
    </div>
  );
}
