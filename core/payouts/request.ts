/** Asking for a payout. The same idempotency key with the same content gives the same payout. */
import { createHash } from 'node:crypto';
import { canonical } from '../canonical/canonical.ts';
import { approvalFacts } from '../approvals/facts.ts';
import { unknownAsset } from '../ledger/errors.ts';
import type { AssetId } from '../money/assets.ts';
import { destinationNotConfirmed, unknownDestination } from '../payees/errors.ts';
import { getDestination, getPayee } from '../payees/payees.ts';
import type { Work } from '../store/command.ts';
import { amountBelowMinimum, requestMismatch } from './errors.ts';
import { postObligation } from './postings.ts';
import { findByIdempotencyKey, getPayout, type PayoutRecord } from './repository.ts';

export interface PayoutRequest {
  readonly reference: string;
  readonly payeeId: string;
  readonly destinationId: string;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
}

export async function requestPayout(work: Work, input: PayoutRequest): Promise<PayoutRecord> {
  const payloadHash = hashOf(input);
  const earlier = await findByIdempotencyKey(work.tx, input.idempotencyKey);
  if (earlier) {
    if (earlier.payloadHash !== payloadHash) throw requestMismatch(input.idempotencyKey);
    work.audit({ action: 'payout.request', subject: `payout:${earlier.id}`, details: { replayed: true } });
    return earlier;
  }

  const payee = await getPayee(work.tx, input.payeeId);
  const destination = await getDestination(work.tx, input.destinationId);
  if (destination.payeeId !== payee.id) throw unknownDestination(input.destinationId);
  if (destination.status !== 'confirmed') throw destinationNotConfirmed(destination.id);
  const asset = await work.tx.db.selectFrom('assets').selectAll().where('id', '=', input.assetId).executeTakeFirst();
  if (!asset) throw unknownAsset(input.assetId);
  if (input.amountMinor < asset.minimum_payout_minor) throw amountBelowMinimum(asset.id, asset.minimum_payout_minor);

  const id = work.ids.next('payout');
  const at = BigInt(work.nowMs);
  await work.tx.write
    .insertInto('payouts')
    .values({
      id,
      reference: input.reference,
      payee_id: payee.id,
      destination_id: destination.id,
      destination: canonical({ id: destination.id, rail: destination.rail, address: destination.address }),
      rail: destination.rail,
      asset_id: asset.id,
      amount_minor: input.amountMinor,
      funding: 'direct',
      status: 'pending',
      status_before: null,
      cycle: 0n,
      revision: 1n,
      version: 1n,
      attempts: 0n,
      requested_by: work.actor.id,
      idempotency_key: input.idempotencyKey,
      payload_hash: payloadHash,
      failed_reason: null,
      created_at_ms: at,
      updated_at_ms: at,
      processed_at_ms: null,
      settled_at_ms: null,
    })
    .execute();
  const payout = await getPayout(work.tx, id);
  // A payout that no rule covers could never be approved: it is refused now, not left waiting.
  await approvalFacts(work.tx, payout);
  await postObligation(work, payout);
  work.audit({
    action: 'payout.request',
    subject: `payout:${id}`,
    details: {
      reference: input.reference,
      payee: payee.id,
      destination: destination.id,
      rail: destination.rail,
      address: destination.address,
      asset: asset.id,
      amountMinor: input.amountMinor.toString(),
    },
  });
  work.emit({ name: 'payout.pending', subject: `payout:${id}` });
  return payout;
}

function hashOf(input: PayoutRequest): string {
  const content = canonical({
    reference: input.reference,
    payee: input.payeeId,
    destination: input.destinationId,
    asset: input.assetId,
    amountMinor: input.amountMinor.toString(),
  });
  return createHash('sha256').update(content).digest('hex');
}
