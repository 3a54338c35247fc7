/**
 * Who asked for a payout as it is now: whoever requested or imported it, edited it, or asked for it
 * again after it failed. It is their act, and nobody approves their own. Editing and retrying are
 * read from the audit, which keeps each with its actor for as long as there is a payout.
 */
import { type RawBuilder, sql } from 'kysely';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';

const ASKING_AGAIN = sql.raw(`('payout.edit', 'payout.retry')`);

type Asked = Pick<PayoutRecord, 'id' | 'requestedBy'>;

export async function askersOf(reader: Reader, payout: Asked): Promise<ReadonlySet<string>> {
  return (await askersOfEach(reader, [payout])).get(payout.id) ?? new Set([payout.requestedBy]);
}

/** By payout. */
export async function askersOfEach(
  reader: Reader,
  payouts: readonly Asked[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    payouts.map(({ id }) => ({ id })),
  );
  const rows = await reader.rows<{ id: string; actor: string }>(sql`
    select w.id, e.actor from ${wanted} as w join audit_entries e on e.subject = 'payout:' || w.id
    where e.outcome = 'done' and e.action in ${ASKING_AGAIN}`);
  const askers = new Map<string, Set<string>>(payouts.map(({ id, requestedBy }) => [id, new Set([requestedBy])]));
  for (const { id, actor } of rows) askers.get(id)?.add(actor);
  return askers;
}

/** The same as a condition on payouts `p`. What was never edited or retried has nothing to look up. */
export function askedFor(staffId: string): RawBuilder<boolean> {
  return sql<boolean>`(p.requested_by = ${staffId}
    or ((p.revision > 1 or p.last_retry_at_ms is not null) and exists (select 1 from audit_entries e
      where e.subject = 'payout:' || p.id and e.actor = ${staffId} and e.outcome = 'done'
        and e.action in ${ASKING_AGAIN})))`;
}
