/** Takes back what no payee claimed in time: a transaction of ours like any other, that pays nobody. */
import { perform, type Work } from '../../store/command.ts';
import { type ClaimRecord, claimOfPayout, endClaim, getClaim } from './claims.ts';
import { buildNew, endOfTime, refuseUnderWay, subjectOf } from './create.ts';
import { answered, type ChainDesk, commandOf } from './desk.ts';
import { claimOtherSource, claimOver, claimTooEarly, differs, unknownClaim } from './errors.ts';
import { firstBid } from './fees.ts';
import { type ChainRecord, getTransaction, insertTransaction } from './records.ts';
import type { InLedger } from './sight.ts';
import { refuseStoppedClaim } from './stops.ts';

export async function reclaim(
  desk: ChainDesk,
  order: { readonly payoutId: string; readonly openS: number },
): Promise<ChainRecord> {
  const { treasury, rail, settings } = desk;
  const claim = await claimOfPayout(treasury.writer, order.payoutId);
  if (!claim || claim.network !== rail.network) throw unknownClaim(order.payoutId);
  if (claim.state !== 'open') throw claimOver(claim.payoutId, claim.state);
  const made = await getTransaction(treasury.writer, claim.transactionId);
  if (made.source !== settings.source) throw claimOtherSource(claim.payoutId, made.source);
  await refuseUnderWay(desk);
  const { reach, fee, seen, source } = await answered(async () => ({
    reach: await rail.online.reach(),
    fee: await rail.online.feePerOperation(),
    seen: await rail.online.claimables([claim.id]),
    source: (await rail.online.accounts([settings.source])).get(settings.source),
  }));
  if (!seen.there.has(claim.id) && seen.latestLedger >= claim.ledger) throw claimOver(claim.payoutId, 'gone');
  // By the ledgers' time: they are what would refuse it.
  if (reach.latestCloseTimeS * 1000 < claim.reclaimableFromMs)
    throw claimTooEarly(claim.payoutId, claim.reclaimableFromMs);
  if (!source) throw unknownClaim(order.payoutId);
  const { transaction, built } = await buildNew(desk, {
    source: settings.source,
    sequence: source.sequence + 1n,
    payments: [],
    reclaims: [claim.id],
    feePerOperation: firstBid(fee, 1n, settings.maxFeeMinor),
    maxTimeS: endOfTime(reach, treasury.clock.nowMs(), order.openS),
  });
  return perform(treasury, commandOf(desk, 'chain.reclaim'), async (work) => {
    await refuseStoppedClaim(work.tx, claim);
    const now = await getClaim(work.tx, claim.id);
    if (now.state !== 'open') throw claimOver(claim.payoutId, now.state);
    const record = await insertTransaction(work, {
      network: rail.network,
      source: settings.source,
      sequence: transaction.sequence,
      mode: settings.mode,
      built,
      call: null,
      authority: source,
      maxTimeS: transaction.maxTimeS,
      ledgerBefore: reach.latestLedger,
      handedOut: settings.mode === 'build_only',
      payments: [],
      reclaims: [claim.id],
    });
    const part = rail.differenceFrom(built.envelope, { ...transaction, feeMinor: built.feeMinor });
    if (part !== null) throw differs(record.id, part);
    note(work, record, claim);
    return record;
  });
}

function note(work: Work, record: ChainRecord, claim: ClaimRecord): void {
  work.audit({
    action: 'chain.reclaim',
    subject: subjectOf(record),
    details: { hash: record.hash, payout: claim.payoutId, balance: claim.id, feeMinor: record.feeMinor.toString() },
  });
  work.emit({ name: 'chain.built', subject: subjectOf(record) });
}

/** Each of its operations took a balance back. */
export async function reclaimed(
  work: Work,
  record: ChainRecord,
  balanceIds: readonly string[],
  found: InLedger,
): Promise<void> {
  const end = { claimedBy: record.source, hash: record.hash, atMs: found.closeTimeS * 1000 };
  for (const id of balanceIds) await endClaim(work, id, end);
}
