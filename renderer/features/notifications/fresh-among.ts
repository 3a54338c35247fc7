import type { Notification as Notice } from '../../../core/contract/index.ts';

/** What is new among those that may be shown; nothing at the first look, which finds what is old already. */
export function freshAmong(
  shown: ReadonlySet<string> | null,
  notices: readonly Pick<Notice, 'id' | 'atMs'>[],
): { readonly fresh: readonly string[]; readonly shown: ReadonlySet<string> } {
  const keys = notices.map(({ id, atMs }) => `${id} ${atMs}`);
  const fresh = shown === null ? [] : notices.filter((_, at) => !shown.has(keys[at] ?? '')).map(({ id }) => id);
  return { fresh, shown: new Set(keys) };
}
