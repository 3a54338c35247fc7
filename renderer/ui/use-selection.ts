import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string | undefined) => void;
  /** Chooses everything between the row last toggled and this one. */
  readonly extendTo: (id: string | undefined, rows: readonly { readonly id: string }[]) => void;
  readonly set: (ids: Iterable<string>) => void;
}

interface State {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
}

const NOTHING: State = { ids: new Set(), anchor: null };

/** The ids of a range of rows, whichever end was chosen first. */
export function idsBetween(
  rows: readonly { readonly id: string }[],
  anchor: string | null,
  id: string,
): readonly string[] {
  const to = rows.findIndex((row) => row.id === id);
  const from = rows.findIndex((row) => row.id === anchor);
  if (to < 0) return [];
  if (from < 0) return [id];
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
}

/** Which rows of a list are chosen, for doing one thing with many. */
export function useSelection(): Selection {
  const [{ ids }, setState] = useState<State>(NOTHING);
  const toggle = useCallback((id: string | undefined) => {
    if (id === undefined) return;
    setState((before) => {
      const after = new Set(before.ids);
      if (!after.delete(id)) after.add(id);
      return { ids: after, anchor: id };
    });
  }, []);
  const extendTo = useCallback((id: string | undefined, rows: readonly { readonly id: string }[]) => {
    if (id === undefined) return;
    setState((before) => ({
      ids: new Set([...before.ids, ...idsBetween(rows, before.anchor, id)]),
      anchor: before.anchor ?? id,
    }));
  }, []);
  const set = useCallback((chosen: Iterable<string>) => setState({ ids: new Set(chosen), anchor: null }), []);
  return useMemo(() => ({ ids, toggle, extendTo, set }), [ids, toggle, extendTo, set]);
}
