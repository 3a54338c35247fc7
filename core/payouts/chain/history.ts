/**
 * What the ledgers say the source account paid, held against what this vault remembers. A payment
 * that is known settles or contradicts its payout; one that nobody here remembers is kept, and
 * behind a fence it sets aside whatever payout it may have been.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { canonical } from '../../canonical/canonical.ts';
import type { AssetId } from '../../money/assets.ts';
import type { ChainAsset, ChainHistory, OutgoingPayment } from '../../rails/chain.ts';
import type { ProviderRecord } from '../../rails/provider.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import type { History } from '../../sync/settle.ts';
import type { AttemptRecord } from '../attempts.ts';
import { transition } from '../machine.ts';
import { getPayout } from '../repository.ts';
import { findByHash, paymentsOf, referenceOf } from './records.ts';

/** The history in the form in which every provider's is read. */
export function chainHistory(
  reader: Reader,
  history: ChainHistory,
  { network, source }: { readonly network: string; readonly source: string },
): History {
  return {
    rail: 'stellar',
    async listSince(from) {
      const { payments, cursor, more } = await history.outgoing(source, from);
      const records: ProviderRecord[] = [];
      const taken = new Set<string>();
      for (const payment of payments) records.push(await recordOf(reader, network, payment, taken));
      return { records, cursor, more };
    },
  };
}

async function recordOf(
  reader: Reader,
  network: string,
  payment: OutgoingPayment,
  taken: Set<string>,
): Promise<ProviderRecord> {
  const { hash, position, transfer, address, asset, amountMinor, atMs } = payment;
  const assetId = assetIdOf(network, asset);
  const known = await knownPayment(reader, payment, assetId, taken);
  const reference = known?.reference ?? `${hash}:${position}${transfer === null ? '' : `.t${transfer}`}`;
  return {
    eventId: reference,
    reference,
    key: known?.attempt.key ?? null,
    status: 'completed',
    amountMinor,
    assetId,
    atMs,
    raw: canonical({ hash, position, transfer, address, asset: assetId, amountMinor: amountMinor.toString(), atMs }),
  };
}

/**
 * Ours, if it is one. What a call moved is told in no order that anybody promises, so that each of
 * its payouts is the first such transfer that no other is; `taken` are those that are.
 */
async function knownPayment(
  reader: Reader,
  { hash, position, transfer, address, amountMinor }: OutgoingPayment,
  assetId: AssetId,
  taken: Set<string>,
): Promise<{ readonly attempt: AttemptRecord; readonly reference: string } | null> {
  const transaction = await findByHash(reader, hash);
  if (!transaction) return null;
  for (const { position: place, payout, attempt } of await paymentsOf(reader, transaction.id)) {
    const reference = referenceOf(transaction, place);
    const isIt = transaction.call
      ? transfer !== null &&
        !taken.has(reference) &&
        (attempt.address ?? payout.destination.address) === address &&
        attempt.assetId === assetId &&
        attempt.amountMinor === amountMinor
      : transfer === null && place === position;
    if (!isIt) continue;
    taken.add(reference);
    return { attempt, reference };
  }
  return null;
}

export function assetIdOf(network: string, { code, issuer }: ChainAsset): AssetId {
  return `stellar:${network}:${issuer === null ? 'native' : `${code}-${issuer}`}` as AssetId;
}

const unknownPayment = z.object({ address: z.string(), asset: z.string(), amountMinor: z.string() });

/** What is marked so was weighed once; two people have decided, or will, with it in front of them. */
const WEIGHED = 'set_aside';

/**
 * For a vault whose memory ends at a backup: payments that it does not remember may be those of
 * payouts that it believes unpaid. Each sets one of them aside, the oldest first.
 */
export async function setAsideWhatMayBePaid(work: Work): Promise<number> {
  const rows = await work.tx.rows<{ event_id: string; raw: string }>(sql`
    select event_id, raw from provider_events
    where provider = 'stellar' and outcome = 'unmatched' order by received_at_ms, event_id`);
  let quarantined = 0;
  for (const { event_id, raw } of rows) {
    const { address, asset, amountMinor } = unknownPayment.parse(JSON.parse(raw));
    const payoutId = await payoutLike(work.tx, { address, asset, amountMinor });
    if (payoutId === null) continue;
    await transition(work, await getPayout(work.tx, payoutId), 'quarantine', {
      reason: 'The ledger has a payment like it that this vault does not remember making.',
      details: { reference: event_id },
    });
    await work.tx.run(sql`
      update provider_events set outcome = ${WEIGHED}, handled_at_ms = ${BigInt(work.nowMs)}
      where provider = 'stellar' and event_id = ${event_id}`);
    quarantined += 1;
  }
  work.audit({ action: 'chain.compare', subject: 'rail:stellar', details: { unknown: rows.length, quarantined } });
  return quarantined;
}

/** To the same address, in the same asset, of the same amount, and not paid as far as anybody here knows. */
async function payoutLike(
  reader: Reader,
  { address, asset, amountMinor }: z.infer<typeof unknownPayment>,
): Promise<string | null> {
  const rows = await reader.rows<{ id: string; destination: string }>(sql`
    select id, destination from payouts
    where rail = 'stellar' and asset_id = ${asset} and amount_minor = ${BigInt(amountMinor)}
      and status in ('pending', 'approved', 'processing', 'failed')
    order by created_at_ms, id`);
  const like = rows.find(({ destination }) => (JSON.parse(destination) as { address: string }).address === address);
  return like?.id ?? null;
}

/** Whether there is anything here that may have been paid since the vault's memory ends. */
export async function hasPayoutsOnStellar(reader: Reader): Promise<boolean> {
  const row = await reader.db
    .selectFrom('payouts')
    .select('id')
    .where('rail', '=', 'stellar')
    .where('status', 'in', ['pending', 'approved', 'processing', 'failed'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
