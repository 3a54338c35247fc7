/**
 * The last look before a signature. What a transaction pays was proven when it was built; whoever has
 * the database in hand could have put another in its place since then, and a key that signs by itself
 * reads nothing. So its bytes are held against its payouts once more, and those against their approvals.
 */
import { proveApprovals } from '../../approvals/prove.ts';
import { perform } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { transition } from '../machine.ts';
import { getPayout, type PayoutRecord } from '../repository.ts';
import { whyUnproven } from '../start.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { differs, feeAboveMaximum, unproven } from './errors.ts';
import { paymentOf } from './plan.ts';
import { type ChainRecord, type PaymentRecord, paymentsOf, reclaimsOf } from './records.ts';

/** What is signed after it is `record` as it is passed, and nothing that is read again. */
export async function refuseUnproven(desk: ChainDesk, record: ChainRecord): Promise<void> {
  const { treasury, rail, settings } = desk;
  const payments = await paymentsOf(treasury.writer, record.id);
  const part = rail.differenceFrom(record.envelope, {
    source: settings.source,
    sequence: record.sequence,
    maxTimeS: Number(record.maxTimeS),
    feeMinor: record.feeMinor,
    payments: payments.map(({ payout }) => paymentOf(payout)),
    reclaims: await reclaimsOf(treasury.writer, record.id),
  });
  if (part !== null) throw differs(record.id, part);
  if (record.feeMinor > settings.maxFeeMinor) throw feeAboveMaximum(record.feeMinor, settings.maxFeeMinor);
  refuseSetAside(record, payments);
  for (const { payout } of payments) {
    const proof = await proveApprovals(treasury.writer, payout, treasury.clock.nowMs());
    if (proof.holds) continue;
    const why = whyUnproven(proof);
    if (proof.because === 'tampered') await setAside(desk, payout, why);
    throw unproven(record.id, payout.id, why);
  }
}

async function setAside(desk: ChainDesk, { id }: PayoutRecord, reason: string): Promise<void> {
  await perform(desk.treasury, commandOf(desk, 'payout.quarantine'), async (work) => {
    const payout = await getPayout(work.tx, id);
    if (payout.status === 'processing') {
      await transition(work, payout, 'quarantine', { reason });
      return;
    }
    // Somebody else looked at the same moment.
    work.audit({ action: 'payout.quarantine', subject: `payout:${id}`, details: { reason, status: payout.status } });
  });
}

/** A payout that is no more in processing waits for people, who may well decide that it is not paid. */
export function refuseSetAside({ id }: Pick<ChainRecord, 'id'>, payments: readonly PaymentRecord[]): void {
  const aside = payments.find(isNotUnderWay);
  if (aside) throw unproven(id, aside.payout.id, `It is ${aside.payout.status}.`);
}

export async function hasSetAside(reader: Reader, { id }: Pick<ChainRecord, 'id'>): Promise<boolean> {
  return (await paymentsOf(reader, id)).some(isNotUnderWay);
}

const isNotUnderWay = ({ payout, attempt }: PaymentRecord) =>
  payout.status !== 'processing' || attempt.status !== 'open';
