/** Transactions as people look through them: by state, by hash, by who is paid in them. */
import { sql } from 'kysely';
import type { ChainState } from '../../contract/chain.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, pageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import { type ChainRecord, transactionFromRow } from './records.ts';

export interface TransactionQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly state?: ChainState | undefined;
  readonly q?: string | undefined;
}

/** Newest first. */
export async function listTransactions(reader: Reader, input: TransactionQuery): Promise<Paged<ChainRecord>> {
  const { cursor, limit } = pageRequest(input);
  const [builtAt, id] = decodeCursor(cursor, 2);
  let query = reader.db
    .selectFrom('chain_transactions')
    .selectAll()
    .orderBy('built_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (input.state !== undefined) query = query.where('state', '=', input.state);
  if (input.q !== undefined && input.q !== '') query = query.where(named(input.q));
  if (builtAt !== undefined && id !== undefined) {
    const at = cursorNumber(builtAt);
    query = query.where((before) =>
      before.or([before('built_at_ms', '<', at), before.and([before('built_at_ms', '=', at), before('id', '<', id)])]),
    );
  }
  const rows = await query.execute();
  const items = rows.slice(0, limit).map(transactionFromRow);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor([String(last.builtAtMs), last.id]) : null;
  return { items, nextCursor };
}

/** By the beginning of its hash, or by a payout in it. */
function named(q: string) {
  const part = q.toLowerCase().replaceAll(/[\\%_]/g, (letter) => `\\${letter}`);
  return sql<boolean>`(hash like ${`${part}%`} escape '\\' or exists (
    select 1 from chain_payments c
      join payouts o on o.id = c.payout_id
      join payees y on y.id = o.payee_id
    where c.transaction_id = chain_transactions.id
      and (lower(o.reference) like ${`%${part}%`} escape '\\' or lower(y.name) like ${`%${part}%`} escape '\\')))`;
}
