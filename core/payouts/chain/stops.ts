/**
 * Whether a fence, a freeze, or people who have set a payout of it aside, stop a transaction. That it
 * takes back what was left to be claimed changes nothing.
 */
import { sql } from 'kysely';
import type { Reader, Tx } from '../../store/tx.ts';
import { fenceStatus, refuseFenced } from '../fence.ts';
import { freezeOver, refuseFrozen, refuseFrozenSoFar, type Stoppable } from '../freezes.ts';
import { getPayout } from '../repository.ts';
import { type ClaimRecord, getClaim } from './claims.ts';
import { hasSetAside, refuseSetAside } from './prove-again.ts';
import { type ChainRecord, paymentsOf, reclaimsOf } from './records.ts';

type Transaction = Pick<ChainRecord, 'id'>;

/** What leaves is refused behind either, and holds freezes off until it is written down. */
export async function refuseStopped(tx: Tx, transaction: Transaction): Promise<void> {
  await refuseFenced(tx);
  for (const part of await partsOf(tx, transaction)) await refuseFrozen(tx, part);
  await holdPayouts(tx, transaction);
  // Sent before or not: nobody knows that a ledger has it. One keeps the others back: they are paid together.
  refuseSetAside(transaction, await paymentsOf(tx, transaction.id));
}

/** For what is asked beforehand: nobody signs what would not be sent. */
export async function refuseStoppedSoFar(reader: Reader, transaction: Transaction): Promise<void> {
  await refuseFenced(reader);
  for (const part of await partsOf(reader, transaction)) await refuseFrozenSoFar(reader, part);
  refuseSetAside(transaction, await paymentsOf(reader, transaction.id));
}

/** Until it is written down that it is sent, nobody sets one aside; whoever was first is seen. */
async function holdPayouts(tx: Tx, { id }: Transaction): Promise<void> {
  if (tx.dialect !== 'postgres') return;
  await tx.run(sql`
    select id from payouts where id in (select payout_id from chain_payments where transaction_id = ${id})
    order by id for share`);
}

/** Of a balance that nothing takes back yet. */
export async function refuseStoppedClaim(tx: Tx, claim: ClaimRecord): Promise<void> {
  await refuseFenced(tx);
  await refuseFrozen(tx, await partOf(tx, claim));
}

/** True while nothing may leave: a job looks before it asks, and leaves no refusal behind each round. */
export async function isStopped(reader: Reader, transaction: Transaction): Promise<boolean> {
  if ((await fenceStatus(reader)).fencedAtMs !== null) return true;
  for (const part of await partsOf(reader, transaction)) {
    if ((await freezeOver(reader, part)) !== null) return true;
  }
  return hasSetAside(reader, transaction);
}

async function partsOf(reader: Reader, { id }: Transaction): Promise<readonly Stoppable[]> {
  const parts: Stoppable[] = (await paymentsOf(reader, id)).map(({ payout, attempt }) => ({
    rail: attempt.rail,
    assetId: attempt.assetId,
    payeeId: payout.payeeId,
  }));
  for (const balanceId of await reclaimsOf(reader, id))
    parts.push(await partOf(reader, await getClaim(reader, balanceId)));
  return parts;
}

/** As it lies on the ledger: its payout may have been edited to be paid by another rail, or in another asset. */
async function partOf(reader: Reader, { payoutId, assetId }: ClaimRecord): Promise<Stoppable> {
  const { payeeId } = await getPayout(reader, payoutId);
  return { rail: 'stellar', assetId, payeeId };
}
