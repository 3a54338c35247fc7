/**
 * Which attempts the provider's own record of the payment has settled. That stays so whatever people
 * make of the payout afterwards: the same payment is never settled a second time.
 */
import { sql } from 'kysely';
import type { PayoutId } from '../ids/ids.ts';
import type { Reader, Tx } from '../store/tx.ts';
import type { AttemptRecord } from './attempts.ts';

export async function isSettled(reader: Reader, { id }: AttemptRecord): Promise<boolean> {
  const row = await reader.db
    .selectFrom('payout_attempts')
    .select('settled_at_ms')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.settled_at_ms != null;
}

/** The reference tells this payment from any other under the same key, also where no answer ever named it. */
export async function noteSettled(tx: Tx, { id }: AttemptRecord, nowMs: number, reference: string): Promise<void> {
  await tx.run(sql`
    update payout_attempts set settled_at_ms = ${BigInt(nowMs)},
      provider_reference = coalesce(provider_reference, ${reference})
    where id = ${id}`);
}

/** The newest attempt of the payout that was settled. */
export async function newestSettled(reader: Reader, payoutId: PayoutId): Promise<string | null> {
  const row = await reader.db
    .selectFrom('payout_attempts')
    .select('id')
    .where('payout_id', '=', payoutId)
    .where('settled_at_ms', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
