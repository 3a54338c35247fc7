/**
 * A restored or copied vault tells nobody outside what another has told them already: while its fence
 * is up, no payee is mailed and no other system is sent anything. What was due when it was copied is
 * never sent by the copy. Staff are told as ever, or they would not learn of the fence.
 */
import { sql } from 'kysely';
import { fenceStatus } from '../payouts/fence.ts';
import type { Tx } from '../store/tx.ts';

export const IS_FENCED = sql`exists (select 1 from vault where fenced_at_ms is not null)`;

/**
 * Done at each look while the fence is up, so that nothing is left of it to go out when it is lifted.
 * Nothing is paid behind a fence: whatever is found to be completed there was paid, and told, before.
 */
export async function dropWhatWasDue(tx: Tx): Promise<void> {
  const { fencedAtMs, reason } = await fenceStatus(tx);
  if (fencedAtMs === null) return;
  const why = `The vault was fenced. ${reason ?? ''}`.trim();
  const fenced = BigInt(fencedAtMs);
  await tx.run(sql`update remittances set dropped = ${why} where mail_id is null and dropped is null`);
  await tx.run(sql`
    update mails set status = 'failed', next_try_at_ms = null, answer = ${why}
    where status = 'waiting' and kind = 'remittance'`);
  await tx.run(sql`
    update webhook_deliveries set status = 'failed', next_try_at_ms = null, last_answer = ${why}
    where status = 'waiting' and (created_at_ms <= ${fenced}
      or seq <= (select coalesce(max(o.seq), 0) from outbox o where o.at_ms <= ${fenced}))`);
}
