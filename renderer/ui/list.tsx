/**
 * The list all places share: rows of one height, of which only those in sight are drawn, so that
 * 100,000 scroll like ten. The column model runs over the rows in sight only.
 */
import { type ColumnDef, type RowData, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import { words } from '../app/words/words.ts';
import { type ListColumnMeta, listFeatures } from './list-columns.ts';
import type { Selection } from './use-selection.ts';
import { useWidth } from './use-width.ts';

const ROW_HEIGHT = 36;
const OVERSCAN = 12;
const BOX_TRACK = '1rem';
/** The shapes of a loading list, named so that each keeps its place. */
const SHAPES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'] as const;

// The value type of a column is of no concern to the list; any column will do.
// biome-ignore lint/suspicious/noExplicitAny: TanStack's column type is invariant in its value
export type ListColumns<Row extends RowData> = readonly ColumnDef<typeof listFeatures, Row, any>[];

interface ListProps<Row extends RowData & { id: string }> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: ListColumns<Row>;
  readonly cursorId: string | null;
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
  readonly loading: boolean;
  /** Shown instead of rows when there are none. */
  readonly empty: ReactNode;
  /** Called when the end comes near; absent when all there is has been loaded. */
  readonly onNearEnd?: (() => void) | undefined;
  /** Where rows can be chosen, each has a box in front. */
  readonly selection?: Selection | undefined;
}

function metaOf(column: { columnDef: { meta?: ListColumnMeta } }): ListColumnMeta {
  return column.columnDef.meta ?? { width: 'minmax(6rem,1fr)' };
}

export function List<Row extends RowData & { id: string }>(props: ListProps<Row>) {
  const { label, rows, columns, cursorId, openId, onOpen, loading, empty, onNearEnd, selection } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const inSight = virtual.getVirtualItems();
  const first = inSight[0]?.index ?? 0;
  const last = inSight.at(-1)?.index ?? -1;
  const shown = useMemo(() => rows.slice(first, last + 1), [rows, first, last]);
  const visibility = useMemo(
    () => Object.fromEntries(columns.map((column) => [column.id ?? '', width >= (column.meta?.from ?? 0)])),
    [columns, width],
  );
  const table = useTable({
    features: listFeatures,
    columns: columns as ColumnDef<typeof listFeatures, Row, unknown>[],
    data: shown,
    getRowId: (row) => row.id,
    state: { columnVisibility: visibility },
  });
  const tracks = table.getVisibleLeafColumns().map((column) => metaOf(column).width);
  const template = [...(selection ? [BOX_TRACK] : []), ...tracks].join(' ');

  const cursorIndex = useMemo(
    () => (cursorId === null ? -1 : rows.findIndex((row) => row.id === cursorId)),
    [rows, cursorId],
  );
  useEffect(() => {
    if (cursorIndex >= 0) virtual.scrollToIndex(cursorIndex, { align: 'auto' });
  }, [cursorIndex, virtual]);
  useEffect(() => {
    if (last >= rows.length - 100) onNearEnd?.();
  }, [last, rows.length, onNearEnd]);

  return (
    <div
      ref={scroller}
      id="list"
      role="grid"
      tabIndex={0}
      aria-label={words.ui.rows(label, rows.length)}
      aria-rowcount={onNearEnd ? -1 : rows.length + 1}
      aria-busy={loading}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={cursorIndex >= first && cursorIndex <= last ? `${id}-${cursorId}` : undefined}
      className="min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
        {table.getHeaderGroups().map((group) => (
          <div
            key={group.id}
            role="row"
            aria-rowindex={1}
            className="grid h-8 items-center gap-x-5 px-5 text-xs text-faint"
            style={{ gridTemplateColumns: template }}
          >
            {selection ? <ChooseAll selection={selection} rows={rows} /> : null}
            {group.headers.map((header) => (
              <div
                key={header.id}
                role="columnheader"
                className={`truncate ${metaOf(header.column).align === 'right' ? 'text-right' : ''}`}
              >
                <table.FlexRender header={header} />
              </div>
            ))}
          </div>
        ))}
      </div>
      {loading ? (
        <Shapes template={template} columns={tracks.length + (selection ? 1 : 0)} />
      ) : rows.length === 0 ? (
        <div role="row">
          <div role="gridcell">{empty}</div>
        </div>
      ) : (
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {table.getRowModel().rows.map((row, at) => {
            const isCursor = row.id === cursorId;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys, for all rows
              <div
                key={row.id}
                id={`${id}-${row.id}`}
                role="row"
                aria-rowindex={first + at + 2}
                aria-selected={selection ? selection.ids.has(row.id) : row.id === openId}
                aria-current={row.id === openId ? true : undefined}
                onClick={() => onOpen(row.id)}
                className={`absolute inset-x-0 grid h-9 cursor-default items-center gap-x-5 border-l-2 pr-5 pl-[18px] ${
                  isCursor ? 'border-l-accent' : 'border-l-transparent'
                } ${row.id === openId ? 'bg-chosen' : isCursor ? 'bg-hover' : 'hover:bg-hover'}`}
                style={{ gridTemplateColumns: template, top: (first + at) * ROW_HEIGHT }}
              >
                {selection ? <ChooseOne id={row.id} selection={selection} rows={rows} /> : null}
                {row.getVisibleCells().map((cell) => (
                  <div
                    key={cell.id}
                    role="gridcell"
                    className={metaOf(cell.column).align === 'right' ? 'flex min-w-0 justify-end' : 'min-w-0 truncate'}
                  >
                    <table.FlexRender cell={cell} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

interface ChooseProps {
  readonly selection: Selection;
  readonly rows: readonly { readonly id: string }[];
}

const BOX = 'size-4 accent-accent-solid';

/** The keys of the list do the same, so the box itself is no stop of its own. */
function ChooseOne({ id, selection, rows }: ChooseProps & { readonly id: string }) {
  const choose = (event: MouseEvent) => {
    event.stopPropagation();
    if (event.shiftKey) selection.extendTo(id, rows);
    else selection.toggle(id);
  };
  return (
    <div role="gridcell" className="flex items-center">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={words.ui.choose}
        checked={selection.ids.has(id)}
        onClick={choose}
        onChange={() => undefined}
        className={BOX}
      />
    </div>
  );
}

/** Everything that is loaded, or nothing. */
function ChooseAll({ selection, rows }: ChooseProps) {
  const all = rows.length > 0 && rows.every(({ id }) => selection.ids.has(id));
  return (
    <div role="columnheader" className="flex items-center">
      <input
        type="checkbox"
        aria-label={words.ui.chooseAll}
        checked={all}
        onChange={() => selection.set(all ? [] : rows.map(({ id }) => id))}
        className={BOX}
      />
    </div>
  );
}

/** Where the rows will stand. */
function Shapes({ template, columns }: { readonly template: string; readonly columns: number }) {
  return (
    <div role="row">
      <div role="gridcell" aria-label={words.ui.loading}>
        {SHAPES.map((row, at) => (
          <div
            key={row}
            aria-hidden="true"
            className="grid h-9 items-center gap-x-5 px-5"
            style={{ gridTemplateColumns: template }}
          >
            {SHAPES.slice(0, columns).map((column, place) => (
              <span key={column} className={`shape h-3 ${(at + place) % 3 === 0 ? 'w-4/5' : 'w-3/5'}`} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
