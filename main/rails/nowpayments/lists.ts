/** NOWPayments' list of payments: newest first, a page at a time. It has no cursor and no events. */
import { z } from 'zod';
import type { ProviderRecord, RecordPage } from '../../../core/rails/provider.ts';
import { expected, type NowPaymentsClient } from './client.ts';
import type { ScaleOf } from './currency.ts';
import { recordOf } from './records.ts';
import { list, movedMs, type Withdrawal, withdrawal } from './shapes.ts';

export const RECORDS_PER_PAGE = 200;
const ASKED_PER_PAGE = 100;
const PAGES_MAX = 10_000;
/** Theirs are several machines: what one of them wrote late lies a little before what was seen last. */
const OVERLAP_MS = 60_000;
/** Their clock and ours may differ by as much. */
const CLOCKS_DIFFER_MS = 24 * 60 * 60 * 1000;

type Told = z.infer<typeof list>['payouts'][number];

/**
 * Goes on until a page tells of nothing new: a page may have fewer than were asked for and not be the last.
 * What moves down meanwhile is only seen twice.
 */
async function* newestFirst(client: NowPaymentsClient, orderBy: string): AsyncGenerator<readonly Told[]> {
  const seen = new Set<string>();
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = new URLSearchParams({
      order_by: orderBy,
      order: 'desc',
      limit: String(ASKED_PER_PAGE),
      page: String(page),
    });
    const { payouts } = expected(list, await client.ask('GET', `payout?${query}`));
    const before = seen.size;
    for (const { id } of payouts) seen.add(id);
    if (seen.size === before) return;
    yield payouts;
  }
  throw new Error(`NOWPayments’ list of payments has more than ${PAGES_MAX} pages`);
}

/** Whether what comes after this page is older, too: in its order, where it has one. */
function isBefore(page: readonly Told[], momentOf: (about: Withdrawal) => number | null, sinceMs: number): boolean {
  const moments = page.flatMap((told) => {
    const about = withdrawal.safeParse(told);
    return about.success ? momentOf(about.data) || [] : [];
  });
  const isInOrder = moments.every((ms, index) => index === 0 || ms <= (moments[index - 1] ?? 0));
  const latest = isInOrder ? moments.at(-1) : Math.max(...moments);
  return latest !== undefined && latest < sinceMs;
}

/** Every payment with one of these keys that was asked for since. */
export async function findByKeys(
  client: NowPaymentsClient,
  keys: ReadonlySet<string>,
  sinceMs: number,
): Promise<readonly Withdrawal[]> {
  const found = new Map<string, Withdrawal>();
  for await (const page of newestFirst(client, 'dateCreated')) {
    for (const told of page) {
      if (typeof told.unique_external_id !== 'string' || !keys.has(told.unique_external_id)) continue;
      const about = expected(withdrawal, told);
      found.set(about.id, about);
    }
    if (isBefore(page, ({ createdMs }) => createdMs, sinceMs - CLOCKS_DIFFER_MS)) break;
  }
  return [...found.values()];
}

const cursorForm = z.strictObject({ atMs: z.int(), seen: z.array(z.string()) });
type Cursor = z.infer<typeof cursorForm>;

export interface HistorySource {
  readonly client: NowPaymentsClient;
  readonly scaleOf: ScaleOf;
  readonly nowMs: number;
}

/** Each state that a payment was seen in is a record, in the order in which they were reached. */
export async function readHistory({ client, scaleOf, nowMs }: HistorySource, text: string | null): Promise<RecordPage> {
  const cursor = text === null ? null : cursorForm.parse(JSON.parse(text));
  const fromMs = cursor === null ? 0 : Math.min(cursor.atMs, nowMs) - OVERLAP_MS;
  const seen = new Set(cursor?.seen);
  const news = new Map<string, ProviderRecord>();
  for await (const page of newestFirst(client, 'dateUpdated')) {
    for (const told of page) {
      const record = recordOf(told, scaleOf);
      // What cannot be read has no moment.
      const isNew = record.atMs === 0 || record.atMs >= fromMs;
      if (isNew && !seen.has(record.eventId)) news.set(record.eventId, record);
    }
    if (isBefore(page, movedMs, fromMs)) break;
  }
  const inOrder = [...news.values()].sort((a, b) => a.atMs - b.atMs || inOrderOfNames(a.reference, b.reference));
  const records = inOrder.slice(0, RECORDS_PER_PAGE);
  return {
    records,
    cursor: records.length === 0 ? text : after(cursor, records, nowMs),
    more: inOrder.length > records.length,
  };
}

/** Never after now: what is dated ahead must not hide what happens until then. */
function after(before: Cursor | null, records: readonly ProviderRecord[], nowMs: number): string {
  const atMs = Math.min(nowMs, Math.max(before?.atMs ?? 0, ...records.map((record) => record.atMs)));
  const known = [...(before?.seen ?? []), ...records.map(({ eventId }) => eventId)];
  // A name ends in its moment, so that it can be forgotten once no list is asked for that far back.
  const seen = known.filter((eventId) => momentOf(eventId) >= atMs - OVERLAP_MS);
  return JSON.stringify({ atMs, seen } satisfies Cursor);
}

/** What cannot be read has no moment, and comes again with every list: it is remembered for ever. */
function momentOf(eventId: string): number {
  const moment = /:(\d+)$/.exec(eventId)?.[1];
  return moment === undefined ? Number.POSITIVE_INFINITY : Number(moment);
}

/** Names are numbers that grow: a longer one is a later one. */
function inOrderOfNames(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
