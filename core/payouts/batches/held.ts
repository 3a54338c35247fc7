/** What would refuse the release of a batch now, or stop its payments wherever they are; both may be over later. */
import { refuseUntrusted } from '../../access/may-pay.ts';
import type { RailName } from '../../contract/payees.ts';
import { Refusal } from '../../errors/refusal.ts';
import { refuseUnpayable } from '../../payees/payable.ts';
import type { Reader } from '../../store/tx.ts';
import { frozen } from '../errors.ts';
import { refuseFenced } from '../fence.ts';
import { freezeOver } from '../freezes.ts';
import { refuseAnyUnweighed } from '../unweighed.ts';
import type { PaymentInBatch } from './records.ts';

/** With the reason that somebody gave. */
export function inWords({ message, data: { reason } }: Refusal): string {
  return typeof reason === 'string' ? `${message} ${reason}` : message;
}

export interface Held {
  readonly rail: RailName;
  readonly payments: readonly PaymentInBatch[];
  readonly nowMs: number;
}

/** Why no code is given for it now. */
export async function whatHoldsCode(reader: Reader, held: Held): Promise<Refusal | null> {
  // What was set aside meanwhile has the batch withheld.
  const payouts = held.payments.map(({ payout }) => payout).filter(({ status }) => status === 'processing');
  return (await whatHolds(reader, held)) ?? (await refusalOf(() => refuseAnyUnweighed(reader, payouts)));
}

/**
 * What should have kept it from being paid by anybody. That something told of it is not weighed yet is not
 * of that kind: it holds the code back, and is weighed all the same once it is paid.
 */
export function whatHolds(reader: Reader, { rail, payments, nowMs }: Held): Promise<Refusal | null> {
  return refusalOf(async () => {
    await refuseFenced(reader);
    await refuseUntrusted(reader, rail);
    for (const { payout } of payments) {
      const freeze = await freezeOver(reader, payout);
      if (freeze) throw frozen(freeze.scope, freeze.target, freeze.reason);
      await refuseUnpayable(reader, payout, nowMs);
    }
  });
}

async function refusalOf(judge: () => Promise<void>): Promise<Refusal | null> {
  try {
    await judge();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
