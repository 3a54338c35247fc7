import type { Notification as Notice } from '../../../core/contract/index.ts';

/** One that stands for several is shown again when it has grown, but not each time. */
const AGAIN_AFTER_MS = 5 * 60_000;

/** When each was last shown, by its own time; null before the first look. */
export type Shown = ReadonlyMap<string, number> | null;

/** What is to be shown now; nothing at the first look, which finds what is old already. */
export function freshAmong(
  shown: Shown,
  notices: readonly Pick<Notice, 'id' | 'atMs'>[],
): { readonly fresh: readonly string[]; readonly shown: NonNullable<Shown> } {
  const isFresh = ({ id, atMs }: Pick<Notice, 'id' | 'atMs'>) => {
    const last = shown?.get(id);
    return last === undefined || atMs - last >= AGAIN_AFTER_MS;
  };
  const fresh = notices.filter(isFresh);
  return {
    fresh: shown === null ? [] : fresh.map(({ id }) => id),
    shown: new Map([...(shown ?? []), ...fresh.map(({ id, atMs }) => [id, atMs] as const)]),
  };
}
