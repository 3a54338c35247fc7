import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import type { PolicyTerms } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 50;

export function usePolicy() {
  return useQuery(orpc.policies.current.queryOptions());
}

export function useVersions() {
  return useRows(
    useInfiniteQuery(
      orpc.policies.versions.infiniteOptions({
        input: (cursor: string | undefined) => pageAt(cursor, PAGE),
        ...pages,
      }),
    ),
  );
}

export function usePresets() {
  return useQuery(orpc.policies.presets.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
}

/** What is wrong or odd with terms, and whom they would touch; the answer before stays until the next is here. */
export function useCheckedTerms(terms: PolicyTerms) {
  return useQuery(orpc.policies.check.queryOptions({ input: { terms }, placeholderData: (before) => before }));
}

/** Asked by a button: what a payout would need depends on the moment. */
export function useTrial() {
  return useMutation(orpc.policies.trial.mutationOptions());
}

interface Draft {
  /** The version that is being changed; another one in force makes the draft stale. */
  readonly baseVersion: number;
  readonly terms: PolicyTerms;
}

/** Kept while one looks at other places; gone with the window, as nothing of the vault stays outside it. */
export const useDraft = create<{ readonly draft: Draft | null }>(() => ({ draft: null }));

export function setDraft(draft: Draft | null): void {
  useDraft.setState({ draft });
}

export function changeDraft(change: (terms: PolicyTerms) => PolicyTerms): void {
  const { draft } = useDraft.getState();
  if (draft) setDraft({ ...draft, terms: change(draft.terms) });
}
