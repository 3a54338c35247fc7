/** Stripe's lists: newest first, a page at a time, forth and back from an object that is on it. */
import { badParameter, missing } from './failures.ts';
import type { Parameters } from './parameters.ts';

export const PAGE_PARAMETERS = ['limit', 'starting_after', 'ending_before'] as const;

export interface Page {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: readonly unknown[];
}

/**
 * `newestFirst` are those that match; `all` those a cursor may name, whether they match or not.
 * Before an object come those nearest to it, not those at the top of the list.
 */
export function pageOf<T extends { readonly id: string }>(
  { newestFirst, all, url, what }: { newestFirst: readonly T[]; all: readonly T[]; url: string; what: string },
  parameters: Parameters,
  body: (one: T) => unknown,
): Page {
  const limit = parameters.limit();
  const after = parameters.text('starting_after');
  const before = parameters.text('ending_before');
  if (after !== null && before !== null)
    throw badParameter('ending_before', 'You cannot parameterize both starting_after and ending_before.');
  const placeOf = (id: string, param: string) => {
    const place = all.findIndex((one) => one.id === id);
    if (place < 0) throw missing(what, id, param, 400);
    return place;
  };
  const places = new Map(all.map((one, index) => [one.id, index]));
  const place = ({ id }: T) => places.get(id) ?? -1;
  let data: readonly T[];
  let more: boolean;
  if (before !== null) {
    const end = placeOf(before, 'ending_before');
    const newer = newestFirst.filter((one) => place(one) < end);
    data = newer.slice(-limit);
    more = newer.length > limit;
  } else {
    const start = after === null ? -1 : placeOf(after, 'starting_after');
    const older = newestFirst.filter((one) => place(one) > start);
    data = older.slice(0, limit);
    more = older.length > limit;
  }
  return { object: 'list', url, has_more: more, data: data.map(body) };
}
