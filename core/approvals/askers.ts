/**
 * Who asked for payouts, for showing whom they wait for. Whether somebody may approve one, and
 * whether its approvals hold, asks the log more closely: see history.ts.
 */
import { sql } from 'kysely';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';

const ASKING_AGAIN = sql.raw(`('payout.edit', 'payout.retry')`);

type Asked = Pick<PayoutRecord, 'id' | 'requestedBy'>;

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
