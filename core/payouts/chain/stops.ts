/** Whether a fence or a freeze stops a transaction: that it takes back what was set aside changes nothing. */
import type { Reader, Tx } from '../../store/tx.ts';
import { fenceStatus, refuseFenced } from '../fence.ts';
import { freezeOver, refuseFrozen, refuseFrozenSoFar, type Stoppable } from '../freezes.ts';
import { getPayout } from '../repository.ts';
import { type ClaimRecord, getClaim } from './claims.ts';
import { type ChainRecord, paymentsOf, reclaimsOf } from './records.ts';

type Transaction = Pick<ChainRecord, 'id'>;

/** What leaves is refused behind either, and holds freezes off until it is written down. */
export async function refuseStopped(tx: Tx, transaction: Transaction): Promise<void> {
  await refuseFenced(tx);
  for (const part of await partsOf(tx, transaction)) await refuseFrozen(tx, part);
}

/** For what is asked beforehand: nobody signs what would not be sent. */
export async function refuseStoppedSoFar(reader: Reader, transaction: Transaction): Promise<void> {
  await refuseFenced(reader);
  for (const part of await partsOf(reader, transaction)) await refuseFrozenSoFar(reader, part);
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
  return false;
}

async function partsOf(reader: Reader, { id }: Transaction): Promise<readonly Stoppable[]> {
  const parts: Stoppable[] = (await paymentsOf(reader, id)).map(({ payout }) => payout);
  for (const balanceId of await reclaimsOf(reader, id))
    parts.push(await partOf(reader, await getClaim(reader, balanceId)));
  return parts;
}

/** As it lies on the ledger: its payout may have been edited to be paid by another rail, or in another asset. */
async function partOf(reader: Reader, { payoutId, assetId }: ClaimRecord): Promise<Stoppable> {
  const { payeeId } = await getPayout(reader, payoutId);
  return { rail: 'stellar', assetId, payeeId };
}
