/** What would refuse the release of a batch now, and may be over later. */
import { refuseUntrusted } from '../../access/may-pay.ts';
import type { RailName } from '../../contract/payees.ts';
import { Refusal } from '../../errors/refusal.ts';
import { refuseUnpayable } from '../../payees/payable.ts';
import type { Reader } from '../../store/tx.ts';
import { frozen } from '../errors.ts';
import { refuseFenced } from '../fence.ts';
import { freezeOver } from '../freezes.ts';
import type { PaymentInBatch } from './records.ts';

/** With the reason that somebody gave. */
export function inWords({ message, data: { reason } }: Refusal): string {
  return typeof reason === 'string' ? `${message} ${reason}` : message;
}

export async function whatHolds(
  reader: Reader,
  {
    rail,
    payments,
    nowMs,
  }: { readonly rail: RailName; readonly payments: readonly PaymentInBatch[]; readonly nowMs: number },
): Promise<Refusal | null> {
  try {
    await refuseFenced(reader);
    await refuseUntrusted(reader, rail);
    for (const { payout } of payments) {
      const freeze = await freezeOver(reader, payout);
      if (freeze) throw frozen(freeze.scope, freeze.target, freeze.reason);
      await refuseUnpayable(reader, payout, nowMs);
    }
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
