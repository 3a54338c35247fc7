/**
 * Outbids what waits too long: the very transaction that was submitted, wrapped in one that pays ten
 * times as much. Whichever of the two a ledger takes, it is the same transaction, once.
 */
import { perform } from '../../store/command.ts';
import { subjectOf } from './create.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { feeAboveMaximum, hotKeyRefused, timeOver, tooLateToBump } from './errors.ts';
import { refuseSignerOf } from './queue-signed.ts';
import { bumpsOf, type ChainRecord, getTransaction, insertBump } from './records.ts';
import { submitQueuedTransaction } from './submit.ts';

const TIMES = 10n;

/** `sign` gives the envelope with a signature of its fee account; null where nobody here may. */
export async function raiseFee(
  desk: ChainDesk,
  id: string,
  sign: (envelope: string, record: ChainRecord) => Promise<string | null>,
): Promise<ChainRecord> {
  const { treasury, rail, settings } = desk;
  const record = await getTransaction(treasury.writer, id);
  if (record.state !== 'submitted' || record.signedEnvelope === null) throw tooLateToBump(record.id, record.state);
  if (treasury.clock.nowMs() >= Number(record.maxTimeS) * 1000) throw timeOver(record.id, record.maxTimeS);
  // To outbid is to sign once more.
  await refuseSignerOf(treasury.writer, desk.actor, record);
  const operations = BigInt(record.payments);
  const last = (await bumpsOf(treasury.writer, record.id)).at(-1);
  const before = last ? last.feeMinor / (operations + 1n) : record.feeMinor / operations;
  const bid = before * TIMES;
  // The wrapping counts as one operation more.
  const feeMinor = bid * (operations + 1n);
  if (feeMinor > settings.maxFeeMinor) throw feeAboveMaximum(feeMinor, settings.maxFeeMinor);
  const built = rail.buildBump(record.signedEnvelope, record.source, bid);
  const envelope = await sign(built.envelope, record);
  if (envelope === null) throw hotKeyRefused(record.source);
  await perform(treasury, commandOf(desk, 'chain.bump'), async (work) => {
    const now = await getTransaction(work.tx, record.id);
    if (now.state !== 'submitted') throw tooLateToBump(now.id, now.state);
    await insertBump(work, record.id, { hash: built.hash, feeSource: record.source, feeMinor, envelope });
    work.audit({
      action: 'chain.bump',
      subject: subjectOf(record),
      details: { hash: record.hash, bump: built.hash, feeMinor: feeMinor.toString() },
    });
    work.emit({ name: 'chain.bumped', subject: subjectOf(record) });
  });
  return submitQueuedTransaction(desk, record.id);
}
