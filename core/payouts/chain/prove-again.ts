/**
 * The last look before a signature. What a transaction pays was proven when it was built; whoever has
 * the database in hand could have put another in its place since then, and a key that signs by itself
 * reads nothing. So its bytes are held against its payouts once more, and those against their approvals.
 */
import { proveApprovals } from '../../approvals/prove.ts';
import type { Refusal } from '../../errors/refusal.ts';
import { perform } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { transition } from '../machine.ts';
import { getPayout, type PayoutRecord } from '../repository.ts';
import { whyUnproven } from '../start.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { differs, feeAboveMaximum, unproven } from './errors.ts';
import { paymentOf } from './plan.ts';
import { type ChainRecord, type PaymentRecord, paymentsOf, reclaimsOf } from './records.ts';

/** Before anything is signed. What is signed after it is `record` as it is passed, and nothing that is read again. */
export async function refuseUnproven(desk: ChainDesk, record: ChainRecord): Promise<void> {
  await refuse(desk, await whatIsAgainst(desk, record, false));
}

/**
 * Once it is out, signatures of it may come for days, and whoever holds it may send it without us: that
 * approvals have expired meanwhile, or that other settings or another policy hold, calls nothing back.
 * What is not as it was approved is refused now as ever; one that is not out is proven as if it began now.
 */
export async function refuseTampered(desk: ChainDesk, record: ChainRecord): Promise<void> {
  await refuse(desk, await whatIsAgainst(desk, record, isOut(record)));
}

/** The same for whoever only looks: nothing is written. */
export async function isAsApproved(desk: ChainDesk, record: ChainRecord): Promise<boolean> {
  return (await whatIsAgainst(desk, record, isOut(record))) === null;
}

/** Its bytes were given to somebody. */
export const isOut = ({ handedOutAtMs, signedEnvelope }: ChainRecord) =>
  handedOutAtMs !== null || signedEnvelope !== null;

interface Against {
  readonly refusal: Refusal;
  /** What somebody changed behind the program's back. */
  readonly tampered?: { readonly payout: PayoutRecord; readonly why: string };
}

async function refuse(desk: ChainDesk, against: Against | null): Promise<void> {
  if (against === null) return;
  if (against.tampered) await setAside(desk, against.tampered.payout, against.tampered.why);
  throw against.refusal;
}

async function whatIsAgainst(desk: ChainDesk, record: ChainRecord, wasProven: boolean): Promise<Against | null> {
  const { treasury, rail, settings } = desk;
  const payments = await paymentsOf(treasury.writer, record.id);
  const part = rail.differenceFrom(record.envelope, {
    source: wasProven ? record.source : settings.source,
    sequence: record.sequence,
    maxTimeS: Number(record.maxTimeS),
    feeMinor: record.feeMinor,
    payments: payments.map(({ payout }) => paymentOf(payout)),
    reclaims: await reclaimsOf(treasury.writer, record.id),
  });
  if (part !== null) return { refusal: differs(record.id, part) };
  if (!wasProven && record.feeMinor > settings.maxFeeMinor) {
    return { refusal: feeAboveMaximum(record.feeMinor, settings.maxFeeMinor) };
  }
  const aside = payments.find(isNotUnderWay);
  if (aside) return { refusal: setAsideRefusal(record, aside) };
  for (const { payout } of payments) {
    const proof = await proveApprovals(treasury.writer, payout, treasury.clock.nowMs());
    if (proof.holds || (wasProven && HELD_ONCE.has(proof.because))) continue;
    const why = whyUnproven(proof);
    const refusal = unproven(record.id, payout.id, why);
    return proof.because === 'tampered' ? { refusal, tampered: { payout, why } } : { refusal };
  }
  return null;
}

/**
 * That the log has a payout in processing is part of each of these, and nothing is put there but by proof.
 * `outdated` is none of them: there, nothing was looked at.
 */
const HELD_ONCE: ReadonlySet<string> = new Set(['expired', 'left', 'policy']);

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
export function refuseSetAside(record: Pick<ChainRecord, 'id'>, payments: readonly PaymentRecord[]): void {
  const aside = payments.find(isNotUnderWay);
  if (aside) throw setAsideRefusal(record, aside);
}

const setAsideRefusal = ({ id }: Pick<ChainRecord, 'id'>, { payout }: PaymentRecord) =>
  unproven(id, payout.id, `It is ${payout.status}.`);

export async function hasSetAside(reader: Reader, { id }: Pick<ChainRecord, 'id'>): Promise<boolean> {
  return (await paymentsOf(reader, id)).some(isNotUnderWay);
}

const isNotUnderWay = ({ payout, attempt }: PaymentRecord) =>
  payout.status !== 'processing' || attempt.status !== 'open';
