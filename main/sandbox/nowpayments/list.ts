/** The list of payments, in one of several orders, a page at a time. */
import { badRequest } from './failures.ts';
import type { Withdrawal } from './records.ts';

const LIMIT = 10;
const LIMIT_MAX = 500;

type Value = string | number;
const ORDERS: Readonly<Record<string, (one: Withdrawal) => Value>> = {
  id: ({ id }) => Number(id),
  batchId: ({ batchId }) => Number(batchId),
  dateCreated: ({ createdMs }) => createdMs,
  dateRequested: ({ requestedMs }) => requestedMs ?? 0,
  dateUpdated: ({ updatedMs, createdMs }) => updatedMs ?? createdMs,
  currency: ({ currency }) => currency,
  status: ({ status }) => status.toLowerCase(),
};

export function listWithdrawals(
  all: readonly Withdrawal[],
  query: URLSearchParams,
  pageMax: number,
): readonly Withdrawal[] {
  const by = ORDERS[query.get('order_by') ?? 'dateCreated'];
  const order = query.get('order') ?? 'desc';
  if (!by || !['asc', 'desc'].includes(order)) throw badRequest('order_by or order is not one of those there are');
  const wanted = all.filter(filterOf(query));
  const sign = order === 'asc' ? 1 : -1;
  wanted.sort((a, b) => sign * (compare(by(a), by(b)) || Number(a.id) - Number(b.id)));
  const limit = wholeNumber(query, 'limit', LIMIT);
  if (limit < 1 || limit > LIMIT_MAX) throw badRequest(`limit must be from 1 to ${LIMIT_MAX}`);
  const length = Math.min(limit, pageMax);
  const start = wholeNumber(query, 'page', 0) * length;
  return wanted.slice(start, start + length);
}

function filterOf(query: URLSearchParams): (one: Withdrawal) => boolean {
  const batchId = query.get('batch_id');
  const status = query.get('status')?.toLowerCase() ?? null;
  const from = dateOf(query, 'date_from');
  const to = dateOf(query, 'date_to');
  return (one) =>
    (batchId === null || one.batchId === batchId) &&
    (status === null || one.status.toLowerCase() === status) &&
    (from === null || one.createdMs >= from) &&
    (to === null || one.createdMs <= to);
}

function dateOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date`);
  return ms;
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (!/^\d{1,6}$/.test(text)) throw badRequest(`${name} must be a whole number`);
  return Number(text);
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
