/**
 * What happened to transfers, in order. Stripe tells of its events for 30 days; whoever was away for
 * longer reads what is missing from the platform's book, and goes on with the events from there.
 *
 * A cursor is one of
 *   `event:{id}:{created}`   after this event
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
const LINES_PER_PAGE = 100;
/** More lines than this are read in smaller steps. */
const PAGES_AT_ONCE_MAX = 10;
const PAGES_MAX = 10_000;

export interface HistorySource {
  readonly client: Stripe;
  readonly nowMs: number;
  readonly scaleOf: ScaleOf;
}

type Cursor =
  | { readonly kind: 'event'; readonly id: string; readonly created: number }
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

async function eventsAfter(
  { client, scaleOf }: HistorySource,
  { id, created }: { id: string; created: number },
): Promise<RecordPage> {
  const asked = { type: 'transfer.*', ending_before: id, limit: EVENTS_PER_PAGE };
  const { data, has_more } = eventList.parse(await client.events.list(asked));
  return eventPage(data, has_more, write({ kind: 'event', id, created }), scaleOf);
}

type ToldEvent = { readonly id: string; readonly created: number };

/** Stripe's lists begin with the newest, so the oldest page is found by walking to the end. */
async function eventsSince({ client, scaleOf }: HistorySource, from: number | null): Promise<RecordPage> {
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
  const same = from === null ? null : write({ kind: 'time', from });
  return eventPage(oldest, seen > oldest.length, same, scaleOf);
}

function eventPage(
  newestFirst: readonly ToldEvent[],
  more: boolean,
  same: string | null,
  scaleOf: ScaleOf,
): RecordPage {
  const [newest] = newestFirst;
  return {
    records: newestFirst.toReversed().flatMap((told) => recordsOfEvent(told, scaleOf)),
    cursor: newest ? write({ kind: 'event', id: newest.id, created: newest.created }) : same,
    more,
  };
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
      return `event:${cursor.id}:${cursor.created}`;
    case 'book':
      return `book:${cursor.from}:${cursor.to}`;
    case 'time':
      return `time:${cursor.from}`;
  }
}

function parse(text: string): Cursor {
  const [, id, created] = /^event:(evt_[A-Za-z0-9]+):(\d{1,12})$/.exec(text) ?? [];
  if (id !== undefined) return { kind: 'event', id, created: Number(created) };
  const [, from, to] = /^book:(\d{1,12}):(\d{1,12})$/.exec(text) ?? [];
  if (from !== undefined) return { kind: 'book', from: Number(from), to: Number(to) };
  const [, since] = /^time:(\d{1,12})$/.exec(text) ?? [];
  if (since !== undefined) return { kind: 'time', from: Number(since) };
  throw new Error(`Not a cursor into Stripe’s history: ${text}`);
}
