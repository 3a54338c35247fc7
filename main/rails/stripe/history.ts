/**
 * What happened to transfers, in order. Stripe tells of its events for 30 days; whoever was away for
 * longer reads what is missing from the platform's book, and goes on with the events from there.
 *
 * Stripe shows some events a little late, behind others that it has shown already. So the events of
 * the last minute are listed again, and those of them that were seen stand in the cursor.
 *
 * A cursor is one of
 *   `event:{id}:{created}`   after this event; `:{id},{id}` behind it are events after it that were seen
 *   `book:{from}:{to}`       the book from one moment to another, then the events
 *   `time:{from}`            the events since a moment
 */
import type Stripe from 'stripe';
import type { ProviderRecord, RecordPage } from '../../../core/rails/provider.ts';
import type { ScaleOf } from './currency.ts';
import { isMissing } from './errors.ts';
import { recordOfLine, recordsOfEvent } from './records.ts';
import { type BookLine, bookPage, eventList, paymentLines } from './shapes.ts';

export const EVENTS_PER_PAGE = 100;

const DAY_S = 24 * 60 * 60;
/** A day less than Stripe's 30: an event must not vanish between two looks. */
const REACH_S = 29 * DAY_S;
/** The book is read up to here, and the events from here: our clock may be wrong by days. */
const BOOK_UNTIL_S = 20 * DAY_S;
/** By then it has shown what it shows late. */
const SETTLED_AFTER_S = 60;
const LINES_PER_PAGE = 100;
/** More lines than this are read in smaller steps. */
const PAGES_AT_ONCE_MAX = 10;
const PAGES_MAX = 10_000;

export interface HistorySource {
  readonly client: Stripe;
  readonly nowMs: number;
  readonly scaleOf: ScaleOf;
}

interface AfterEvent {
  readonly kind: 'event';
  readonly id: string;
  readonly created: number;
  /** At most a page of them. */
  readonly seen: readonly string[];
}

type Cursor =
  | AfterEvent
  | { readonly kind: 'book'; readonly from: number; readonly to: number }
  | { readonly kind: 'time'; readonly from: number };

export async function readHistory(source: HistorySource, text: string | null): Promise<RecordPage> {
  const nowS = Math.floor(source.nowMs / 1000);
  if (text === null) return fromTheStart(source, nowS - BOOK_UNTIL_S);
  const cursor = parse(text);
  if (cursor.kind === 'book') return fromBook(source, cursor);
  const heardOf = cursor.kind === 'event' ? cursor.created : cursor.from;
  if (heardOf < nowS - REACH_S) return fromBook(source, { from: heardOf, to: nowS - BOOK_UNTIL_S });
  if (cursor.kind === 'time') return eventsSince(source, cursor.from);
  try {
    return await eventsAfter(source, cursor);
  } catch (error) {
    // Stripe has forgotten it, whatever our clock says.
    if (isMissing(error)) return fromBook(source, { from: heardOf, to: Math.max(heardOf + 1, nowS - BOOK_UNTIL_S) });
    throw error;
  }
}

/** Whoever never read may have paid long before: the events alone would not tell of it. */
async function fromTheStart(source: HistorySource, until: number): Promise<RecordPage> {
  const asked = { type: 'transfer', created: { lt: until }, limit: 1 };
  const { data } = paymentLines.parse(await source.client.balanceTransactions.list(asked));
  return data.length === 0 ? eventsSince(source, null) : fromBook(source, { from: 0, to: until });
}

async function eventsAfter({ client, scaleOf, nowMs }: HistorySource, cursor: AfterEvent): Promise<RecordPage> {
  const asked = { type: 'transfer.*', ending_before: cursor.id, limit: EVENTS_PER_PAGE };
  const { data, has_more } = eventList.parse(await client.events.list(asked));
  const seen = new Set(cursor.seen);
  const fresh = data.filter(({ id }) => !seen.has(id));
  const [newest] = data;
  // Where all was seen the cursor moves on once, when none of it can have anything late behind it.
  const isOver = fresh.length === 0 && !has_more && newest !== undefined && newest.created <= settledS(nowMs);
  const isSame = fresh.length === 0 && !has_more && !isOver;
  return {
    records: recordsOf(fresh, scaleOf),
    cursor: write(isSame ? cursor : cursorAfter(data, has_more, nowMs, cursor)),
    more: has_more || isOver,
  };
}

const settledS = (nowMs: number) => Math.floor(nowMs / 1000) - SETTLED_AFTER_S;

/**
 * After the newest event that has nothing late behind it. Where there are more pages, after the newest
 * of this one: whoever has so much to read gets on.
 */
function cursorAfter(
  newestFirst: readonly ToldEvent[],
  more: boolean,
  nowMs: number,
  otherwise: Pick<AfterEvent, 'id' | 'created'>,
): AfterEvent {
  const at = more ? 0 : newestFirst.findIndex(({ created }) => created <= settledS(nowMs));
  const { id, created } = newestFirst[at] ?? otherwise;
  const later = newestFirst.slice(0, at === -1 ? undefined : at).filter((event) => event.id !== id);
  return { kind: 'event', id, created, seen: later.map((event) => event.id) };
}

type ToldEvent = { readonly id: string; readonly created: number };

/** Stripe's lists begin with the newest, so the oldest page is found by walking to the end. */
async function eventsSince({ client, scaleOf, nowMs }: HistorySource, from: number | null): Promise<RecordPage> {
  const within = from === null ? {} : { created: { gte: from } };
  let oldest: readonly ToldEvent[] = [];
  let seen = 0;
  let after: string | null = null;
  for (let page = 0; ; page++) {
    if (page === PAGES_MAX) throw new Error(`Stripe’s list of events has more than ${PAGES_MAX} pages`);
    const asked = {
      type: 'transfer.*',
      limit: EVENTS_PER_PAGE,
      ...within,
      ...(after !== null && { starting_after: after }),
    };
    const { data, has_more } = eventList.parse(await client.events.list(asked));
    seen += data.length;
    oldest = [...oldest, ...data].slice(-EVENTS_PER_PAGE);
    after = data.at(-1)?.id ?? null;
    if (!has_more || after === null) break;
  }
  const more = seen > oldest.length;
  const first = oldest.at(-1);
  const same = from === null ? null : write({ kind: 'time', from });
  return {
    records: recordsOf(oldest, scaleOf),
    cursor: first ? write(cursorAfter(oldest, more, nowMs, first)) : same,
    more,
  };
}

function recordsOf(newestFirst: readonly ToldEvent[], scaleOf: ScaleOf): readonly ProviderRecord[] {
  return newestFirst.toReversed().flatMap((told) => recordsOfEvent(told, scaleOf));
}

async function fromBook(source: HistorySource, { from, to }: { from: number; to: number }): Promise<RecordPage> {
  const { lines, until } = await linesWithin(source.client, from, to);
  const records = lines.map((line): ProviderRecord => recordOfLine(line, source.scaleOf));
  const next: Cursor = until < to ? { kind: 'book', from: until, to } : { kind: 'time', from: to };
  return { records, cursor: write(next), more: true, gap: { fromMs: from * 1000, toMs: until * 1000 } };
}

/** As far into the time as can be read at once, oldest first. */
async function linesWithin(
  client: Stripe,
  from: number,
  to: number,
): Promise<{ readonly lines: readonly BookLine[]; readonly until: number }> {
  for (let until = to; ; until = from + Math.ceil((until - from) / 2)) {
    // A second cannot be divided: however much it holds is read at once.
    const pagesMax = until - from > 1 ? PAGES_AT_ONCE_MAX : PAGES_MAX;
    const paid = await bookOf(client, 'transfer', { from, until, pagesMax });
    const back = paid && (await bookOf(client, 'transfer_refund', { from, until, pagesMax }));
    // Stable: of one second, what was paid comes before what came back of it.
    if (paid && back) return { lines: [...paid, ...back].sort((a, b) => a.created - b.created), until };
  }
}

/** Null where there is more than is to be read at once. */
async function bookOf(
  client: Stripe,
  type: string,
  { from, until, pagesMax }: { readonly from: number; readonly until: number; readonly pagesMax: number },
): Promise<readonly BookLine[] | null> {
  const lines: BookLine[] = [];
  let after: string | null = null;
  for (let page = 0; page < pagesMax; page++) {
    const { data, has_more } = bookPage.parse(
      await client.balanceTransactions.list({
        type,
        created: { gte: from, lt: until },
        expand: ['data.source'],
        limit: LINES_PER_PAGE,
        ...(after !== null && { starting_after: after }),
      }),
    );
    lines.push(...data);
    after = data.at(-1)?.id ?? null;
    if (!has_more || after === null) return lines.reverse();
  }
  return null;
}

function write(cursor: Cursor): string {
  switch (cursor.kind) {
    case 'event':
      return ['event', cursor.id, cursor.created, ...(cursor.seen.length > 0 ? [cursor.seen.join(',')] : [])].join(':');
    case 'book':
      return `book:${cursor.from}:${cursor.to}`;
    case 'time':
      return `time:${cursor.from}`;
  }
}

function parse(text: string): Cursor {
  const [, id, created, seen] = /^event:(evt_[A-Za-z0-9]+):(\d{1,12})(?::([A-Za-z0-9_,]+))?$/.exec(text) ?? [];
  if (id !== undefined) return { kind: 'event', id, created: Number(created), seen: seen?.split(',') ?? [] };
  const [, from, to] = /^book:(\d{1,12}):(\d{1,12})$/.exec(text) ?? [];
  if (from !== undefined) return { kind: 'book', from: Number(from), to: Number(to) };
  const [, since] = /^time:(\d{1,12})$/.exec(text) ?? [];
  if (since !== undefined) return { kind: 'time', from: Number(since) };
  throw new Error(`Not a cursor into Stripe’s history: ${text}`);
}
