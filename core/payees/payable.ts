/** All that a payee and a destination can hold a payment back for, asked when processing starts. */
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { refuseCoolingOff } from './cool-off.ts';
import { payeeClosed, unknownPayee } from './errors.ts';
import { SCREENING } from './safeguards.ts';
import { refuseUnscreened } from './screening.ts';

export async function refuseUnpayable(
  reader: Reader,
  payout: { readonly payeeId: string; readonly destinationId: string },
  nowMs: number,
): Promise<void> {
  const payee = await reader.db
    .selectFrom('payees')
    .select('status')
    .where('id', '=', payout.payeeId)
    .executeTakeFirst();
  if (!payee) throw unknownPayee(payout.payeeId);
  if (payee.status === 'closed') throw payeeClosed(payout.payeeId);
  await refuseCoolingOff(reader, payout, nowMs);
  await refuseUnscreened(reader, payout);
}

/**
 * The same as a condition on `payouts`, for choosing what to start: what rests or is held back must
 * neither be refused anew in each round nor stand in the way of the others.
 */
export function payableNow(nowMs: number): RawBuilder<boolean> {
  return sql<boolean>`(
    exists (select 1 from destinations d join payees p on p.id = d.payee_id
      where d.id = payouts.destination_id and p.status = 'active'
        and d.status = 'confirmed' and d.usable_from_ms <= ${BigInt(nowMs)})
    and not exists (select 1 from screenings s
      where s.subject_id in (payouts.payee_id, payouts.destination_id) and s.status = 'hit')
    and (not exists (select 1 from settings where name = ${SCREENING} and value = 'deny_list')
      or 2 = (select count(*) from screenings s
        where s.subject_id in (payouts.payee_id, payouts.destination_id) and s.status = 'clear')))`;
}
