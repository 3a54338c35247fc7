/**
 * Outbids what waits too long: the very transaction that was submitted, wrapped in one that pays ten
 * times as much. Whichever of the two a ledger takes, it is the same transaction, once.
 */
import { perform } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { bumpsOf, insertBump } from './bumps.ts';
import { subjectOf } from './create.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { bumpUnsigned, feeAboveMaximum, submissionsUsedUp, timeOver, tooLateToBump } from './errors.ts';
import { refuseSignerOf } from './queue-signed.ts';
import { type ChainRecord, getTransaction } from './records.ts';
import { refuseStopped, refuseStoppedSoFar } from './stops.ts';
import { submitQueuedTransaction } from './submit.ts';

const TIMES = 10n;

/** Whose account pays for the higher bid, and who signs for that. */
export interface BumpPayer {
  readonly address: string;
  /** The envelope with signatures of that account; null where nobody here may. */
  sign(envelope: string, record: ChainRecord, feeMinor: bigint): Promise<string | null>;
  /** Refuses a bid that the account may not make; asked again as it is written down. */
  refuseAbove(reader: Reader, record: ChainRecord, feeMinor: bigint): Promise<void>;
}

export async function raiseFee(desk: ChainDesk, id: string, payer: BumpPayer): Promise<ChainRecord> {
  const { treasury, rail, settings } = desk;
  const record = await getTransaction(treasury.writer, id);
  if (record.state !== 'submitted' || record.signedEnvelope === null) throw tooLateToBump(record.id, record.state);
  if (treasury.clock.nowMs() >= Number(record.maxTimeS) * 1000) throw timeOver(record.id, record.maxTimeS);
  // Written down and never sent, it would only make the next bid higher.
  if (record.submissions >= BigInt(settings.submissionsMax)) throw submissionsUsedUp(record.id, record.submissions);
  await refuseStoppedSoFar(treasury.writer, record);
  // To outbid is to sign once more.
  await refuseSignerOf(treasury.writer, desk.actor, record);
  // A call is one operation, however many it pays; what its resources cost is no part of the bid.
  const operations = record.call ? 1n : BigInt(record.payments);
  const { resourceFeeMinor } = record;
  const last = (await bumpsOf(treasury.writer, record.id)).at(-1);
  const before = last
    ? (last.feeMinor - resourceFeeMinor) / (operations + 1n)
    : (record.feeMinor - resourceFeeMinor) / operations;
  const bid = before * TIMES;
  // The wrapping counts as one operation more.
  const feeMinor = bid * (operations + 1n) + resourceFeeMinor;
  if (feeMinor > settings.maxFeeMinor) throw feeAboveMaximum(feeMinor, settings.maxFeeMinor);
  await payer.refuseAbove(treasury.writer, record, feeMinor);
  const built = rail.buildBump(record.signedEnvelope, payer.address, bid);
  const envelope = await payer.sign(built.envelope, record, feeMinor);
  if (envelope === null) throw bumpUnsigned(payer.address);
  await perform(treasury, commandOf(desk, 'chain.bump'), async (work) => {
    const now = await getTransaction(work.tx, record.id);
    if (now.state !== 'submitted') throw tooLateToBump(now.id, now.state);
    await refuseStopped(work.tx, now);
    await payer.refuseAbove(work.tx, now, feeMinor);
    await insertBump(work, record.id, { hash: built.hash, feeSource: payer.address, feeMinor, envelope });
    work.audit({
      action: 'chain.bump',
      subject: subjectOf(record),
      details: { hash: record.hash, bump: built.hash, feeMinor: feeMinor.toString(), paidBy: payer.address },
    });
    work.emit({ name: 'chain.bumped', subject: subjectOf(record) });
  });
  return submitQueuedTransaction(desk, record.id);
}

/** Paid by the account that pays payees, as whoever signs for it decides. */
export function paidBySource(
  source: string,
  sign: (envelope: string, record: ChainRecord) => Promise<string | null>,
): BumpPayer {
  return { address: source, sign, refuseAbove: async () => undefined };
}
