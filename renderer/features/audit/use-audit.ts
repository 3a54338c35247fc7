import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AuditEntry } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';
import { dayStartMs } from '../../ui/day-text.ts';

const PAGE = 200;
const ACTION = /^[a-z0-9-]+\.[a-z0-9_-]*$/;

/** A list knows its rows by `id`; an entry's number in the chain is exactly that. */
export type AuditRow = AuditEntry & { readonly id: string };

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly outcome?: 'done' | 'refused';
  readonly from?: number;
  readonly to?: number;
  readonly text?: string;
}

/** What the address asks for; what it cannot mean is left out. */
export function auditFilterOf(params: Readonly<Record<string, string>>): AuditFilter {
  const { actor, action = '', subject, outcome, q } = params;
  const from = dayStartMs(params.from ?? '');
  // Until a day means until it is over.
  const to = dayStartMs(params.to ?? '', 1);
  return {
    ...(actor ? { actor } : {}),
    ...(ACTION.test(action) ? { action } : {}),
    ...(subject ? { subject } : {}),
    ...(outcome === 'done' || outcome === 'refused' ? { outcome } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(q ? { text: q } : {}),
  };
}

/** A page may hold fewer entries than were asked for: a rare text is looked for over several. */
export function useAuditLog(filter: AuditFilter) {
  const query = useInfiniteQuery(
    orpc.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
      ...pages,
      placeholderData: (before) => before,
    }),
  );
  const { rows: items, loadMore } = useRows(query);
  const rows = useMemo(() => items.map((entry): AuditRow => ({ ...entry, id: String(entry.seq) })), [items]);
  return { query, rows, loadMore };
}

/** Asked for by a person each time: an old answer proves nothing about now. */
export function useVerifyChain() {
  return useMutation({ mutationFn: () => client.audit.verify() });
}

export function useExportLog() {
  return useMutation(orpc.audit.export.mutationOptions());
}

/** Signed anew each time it is asked for. */
export function useCheckpoint() {
  return useMutation({ mutationFn: () => client.audit.checkpoint() });
}
