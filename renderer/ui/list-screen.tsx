/**
 * What every place that is a list is made of: the list with its cursor and its keys, what stands
 * there while it loads, when it is empty or could not be asked for, and the bar above it.
 */
import type { RowData } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { useCommands } from '../app/commands.ts';
import type { Command } from '../app/keymap.ts';
import { Button, Key } from './button.tsx';
import { FILTER_CHIP } from './filter.ts';
import { Icon } from './icon.tsx';
import { List, type ListColumns } from './list.tsx';
import { Empty, ErrorNote } from './states.tsx';
import { useListKeys } from './use-list-keys.ts';
import type { Selection } from './use-selection.ts';

/** Rows as they have been asked for so far; `useRows` gives it for a paged question. */
export interface Listed<Row> {
  readonly query: {
    readonly isError: boolean;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
    readonly isFetchNextPageError?: boolean;
    readonly fetchNextPage?: () => unknown;
  };
  readonly rows: readonly Row[];
  readonly loadMore?: (() => void) | undefined;
}

interface ListPaneProps<Row extends RowData & { id: string }> {
  readonly label: string;
  readonly list: Listed<Row>;
  readonly columns: ListColumns<Row>;
  /** What the address says is open, which need not be a row: `new` is none. */
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
  readonly empty: ReactNode;
  /** Still loading, though the first page is there. */
  readonly loading?: boolean;
  /** Where rows can be chosen: `x` at the cursor, `Shift x` up to it. */
  readonly selection?: Selection | undefined;
  /** Keys that act on the row at the cursor. */
  readonly rowCommands?: Partial<Record<Command, (row: Row) => unknown>>;
}

/** The list itself, with the cursor that `j` and `k` move. */
export function ListPane<Row extends RowData & { id: string }>(props: ListPaneProps<Row>) {
  const { label, list, columns, openId, onOpen, empty, loading = false, selection, rowCommands = {} } = props;
  const { query, rows, loadMore } = list;
  const { cursorId, setCursor } = useListKeys({ rows, openId, onOpen });
  const atCursor = () => rows.find(({ id }) => id === cursorId) ?? rows[0];
  const commands = Object.entries(rowCommands).map(([command, act]) => [
    command,
    () => {
      const row = atCursor();
      if (row) act(row);
    },
  ]);
  useCommands({
    ...Object.fromEntries(commands),
    ...(selection
      ? {
          'list.select': () => selection.toggle(atCursor()?.id),
          'list.selectTo': () => selection.extendTo(atCursor()?.id, rows),
        }
      : {}),
  });
  if (query.isError && rows.length === 0) {
    return (
      <div className="p-5">
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <>
      <List
        label={label}
        rows={rows}
        columns={columns}
        cursorId={cursorId}
        openId={openId}
        onOpen={(id) => {
          setCursor(id);
          onOpen(id);
        }}
        loading={query.isPending || loading}
        empty={empty}
        onNearEnd={loadMore}
        selection={selection}
      />
      {query.isFetchNextPageError ? (
        <ErrorNote error={query.error} onRetry={() => void query.fetchNextPage?.()} />
      ) : null}
    </>
  );
}

interface ListScreenProps<Row extends RowData & { id: string }> extends ListPaneProps<Row> {
  /** Above the list: filters on the left, what can be done on the right. */
  readonly bar?: ReactNode;
  /** Below the list, so that no row moves when something is said. */
  readonly said?: ReactNode;
  /** The panel beside it. */
  readonly children?: ReactNode;
}

/** A whole place: the bar, the list, and the panel that opens beside it. */
export function ListScreen<Row extends RowData & { id: string }>({
  bar,
  said,
  children,
  ...list
}: ListScreenProps<Row>) {
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        {bar}
        <ListPane {...list} />
        <div aria-live="polite" className="px-5 py-2 empty:hidden">
          {said}
        </div>
      </div>
      {children}
    </>
  );
}

export function ListBar({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line py-1.5 pr-5 pl-3">
      {children}
    </div>
  );
}

/** The place's own way to add something; `n` does the same. */
export function AddButton({ children, onAdd }: { readonly children: ReactNode; readonly onAdd: () => void }) {
  useCommands({ new: onAdd });
  return (
    <Button kind="primary" onClick={onAdd} className="h-7">
      <Icon name="plus" />
      {children}
      <Key>n</Key>
    </Button>
  );
}

interface EmptyListProps {
  readonly say: {
    readonly empty: string;
    readonly emptyNext: string;
    readonly noneMatch: string;
    readonly noneMatchNext: string;
    readonly clear: string;
    readonly add: string;
  };
  readonly narrowed: boolean;
  readonly onClear: () => void;
  /** Left out where this person adds nothing. */
  readonly onAdd?: (() => void) | undefined;
}

/** Nothing there at all, or nothing that the filters leave: two different things to do next. */
export function EmptyList({ say, narrowed, onClear, onAdd }: EmptyListProps) {
  return (
    <Empty title={narrowed ? say.noneMatch : say.empty} next={narrowed ? say.noneMatchNext : say.emptyNext}>
      {narrowed ? <Button onClick={onClear}>{say.clear}</Button> : null}
      {onAdd ? (
        <Button kind="primary" onClick={onAdd}>
          {say.add}
        </Button>
      ) : null}
    </Empty>
  );
}

interface ChipsProps<Value extends string> {
  readonly label: string;
  readonly all: string;
  readonly values: readonly Value[];
  readonly wordOf: (value: Value) => ReactNode;
  readonly chosen: Value | undefined;
  readonly onChoose: (value: Value | undefined) => void;
}

/** One of a few filters, all visible; choosing the chosen one shows everything again. */
export function FilterChips<Value extends string>(props: ChipsProps<Value>) {
  const { label, all, values, wordOf, chosen, onChoose } = props;
  return (
    <fieldset aria-label={label} className="flex min-w-0 flex-1 flex-wrap gap-0.5">
      <button
        type="button"
        aria-pressed={chosen === undefined}
        onClick={() => onChoose(undefined)}
        className={FILTER_CHIP}
      >
        {all}
      </button>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen === value}
          onClick={() => onChoose(chosen === value ? undefined : value)}
          className={FILTER_CHIP}
        >
          {wordOf(value)}
        </button>
      ))}
    </fieldset>
  );
}
