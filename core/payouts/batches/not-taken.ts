/**
 * Payments that the provider would not take for now, most often because the account does not cover them
 * with their fees. Each of these goes behind what was refused less often: one that nothing covers would
 * keep back all that came after it.
 */
import { sql } from 'kysely';
import type { RailName } from '../../contract/payees.ts';
import type { Reader } from '../../store/tx.ts';

/** Long enough for a hundred of them, each refused by itself and with a rest after it, to have had their turn. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/** How often lately, by payout. */
export async function timesNotTaken(
  reader: Reader,
  rail: RailName,
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows<{ id: string; times: bigint }>(sql`
    select a.payout_id as id, count(*) as times
    from payout_attempts a
      join provider_batch_payments p on p.attempt_id = a.id
      join provider_batches b on b.id = p.batch_id
    where a.rail = ${rail} and a.status = 'unsent' and a.ended_at_ms > ${BigInt(nowMs - REMEMBERED_MS)}
      and b.state = 'refused' and b.retry_at_ms is not null
    group by a.payout_id`);
  return new Map(rows.map(({ id, times }) => [id, Number(times)]));
}
