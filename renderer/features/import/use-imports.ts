import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { ImportProgress, ImportRow } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';
import '../../app/desktop-bridge.ts';
import { saveText } from './save-text.ts';

const PAGE = 500;
export type Shown = 'problems' | 'warnings' | 'all';
/** A row as the list wants it. */
export type ListedRow = ImportRow & { readonly id: string };

export function useImportRows(importId: string, show: Shown) {
  const query = useInfiniteQuery(
    orpc.imports.rows.infiniteOptions({
      input: (cursor: string | undefined) => ({
        importId,
        show,
        ...pageAt(cursor, PAGE),
      }),
      ...pages,
      structuralSharing: false,
    }),
  );
  const { rows: items, loadMore } = useRows(query);
  const rows = useMemo(() => items.map(listed), [items]);
  return { query, rows, loadMore };
}

function listed(row: ImportRow): ListedRow {
  return { ...row, id: String(row.line) };
}

const BATCHES_PAGE = 100;

export function useImportedFiles() {
  const query = useInfiniteQuery(
    orpc.imports.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...pageAt(cursor, BATCHES_PAGE),
      }),
      ...pages,
    }),
  );
  const { rows: items, loadMore } = useRows(query);
  const rows = useMemo(() => items.map((item) => ({ ...item, id: item.batchId })), [items]);
  return { query, rows, loadMore };
}

export type ImportedFile = ReturnType<typeof useImportedFiles>['rows'][number];

/** The desktop's window downloads nothing; there the problems go to the clipboard, for a spreadsheet. */
export const PROBLEMS_GO_TO: 'file' | 'clipboard' = window.countersign ? 'clipboard' : 'file';

/** Hands out what is wrong as CSV. */
export function useTakeProblems(importId: string) {
  return useMutation({
    mutationFn: async () => {
      const { fileName, csv } = await client.imports.problems({ importId });
      if (PROBLEMS_GO_TO === 'clipboard') await navigator.clipboard.writeText(csv);
      else saveText(fileName, csv, 'text/csv');
    },
  });
}

/** How far the step in hand has come; null until the engine says something. */
export function useImportProgress(importId: string): ImportProgress | null {
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const follow = async () => {
      try {
        const stream = await client.imports.progress({ importId }, { signal: stop.signal });
        for await (const next of stream) setProgress(next);
      } catch {
        // Without it there is only less to see: how the step itself ends is told by its own call.
        setProgress(null);
      }
    };
    void follow();
    return () => stop.abort();
  }, [importId]);
  return progress;
}
