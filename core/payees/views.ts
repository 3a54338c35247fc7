import { sql } from 'kysely';
import type { Payee } from '../contract/payees.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { type PayeeRecord, withDestinations } from './payees.ts';

export function payeeView(record: PayeeRecord): Payee {
  return {
    ...record,
    destinations: record.destinations.map(({ id, rail, address, status, createdAtMs }) => ({ id, rail, address, status, createdAtMs })),
  };
}

export async function listPayees(reader: Reader, filter: { q?: string | undefined }, page: PageRequest): Promise<Paged<Payee>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('payees')
    .selectAll()
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.q) {
    const like = `%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(sql<boolean>`(lower(name) like ${like} escape '\\' or lower(reference) like ${like} escape '\\')`);
  }
  if (time !== undefined && id !== undefined) {
    query = query.where(sql<boolean>`(created_at_ms, id) < (${BigInt(time)}, ${id})`);
  }
  const rows = await query.execute();
  const items = (await withDestinations(reader, rows.slice(0, page.limit))).map(payeeView);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}
