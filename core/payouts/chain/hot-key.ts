/** The key that signs by itself, and what it may: so much of each asset within a day, and no more. */
import { sql } from 'kysely';
import { parseDecimal } from '../../money/minor.ts';
import type { Authority, ChainPayment } from '../../rails/chain.ts';
import { perform } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { createPayoutTransaction } from './create.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { hotKeyCap, hotKeyRefused } from './errors.ts';
import { type BuildOrder, chainAssetOf, paymentOf } from './plan.ts';
import { refuseUnproven } from './prove-again.ts';
import { queueSignedTransaction } from './queue-signed.ts';
import { type ChainRecord, paymentsOf, underWayOf } from './records.ts';
import type { HotKeyCap } from './settings.ts';

export interface HotSigner {
  /** Puts the signatures of its keys on the envelope that may sign for the account; null where none may. */
  sign(envelope: string, authority: Authority): string | null;
}

export interface HotKey {
  readonly signer: HotSigner;
  readonly caps: readonly HotKeyCap[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Nobody has to read anything: what is not in a ledger by then is built anew. */
const OPEN_S = 300;

/** Builds, signs and queues the next transaction. Null where nothing could be paid, or one is under way. */
export async function payWithHotKey(desk: ChainDesk, hotKey: HotKey): Promise<ChainRecord | null> {
  const { treasury, rail, settings } = desk;
  const underWay = await underWayOf(treasury.writer, rail.network, settings.source);
  if (underWay && (underWay.state !== 'built' || underWay.mode !== 'hot_key')) return null;
  const order = { fits: (payments: readonly ChainPayment[]) => payments.length, openS: OPEN_S };
  const record = underWay ?? (await createPayoutTransaction(desk, await withinCaps(desk, hotKey, order)));
  await refuseUnproven(desk, record);
  await refuseAboveCaps(desk, hotKey, record);
  const envelope = hotKey.signer.sign(record.envelope, record.authority);
  if (envelope === null) throw hotKeyRefused(record.source);
  const { record: queued } = await perform(treasury, commandOf(desk, 'chain.queue_signed'), (work) =>
    queueSignedTransaction(work, rail, { id: record.id, xdr: envelope }),
  );
  return queued;
}

/** One that was built before, by whoever built it, is held to the caps as they are now. */
async function refuseAboveCaps({ treasury }: ChainDesk, { caps }: HotKey, { id }: ChainRecord): Promise<void> {
  const left = new Map(await leftOf(treasury.writer, treasury.clock.nowMs(), caps, id));
  for (const { payout } of await paymentsOf(treasury.writer, id)) {
    const key = keyOf(paymentOf(payout));
    const before = left.get(key) ?? 0n;
    if (before < payout.amountMinor) throw hotKeyCap(payout.id, before);
    left.set(key, before - payout.amountMinor);
  }
}

/** The same order, as far as the caps reach: what the hot key is to sign is built no larger. */
export async function withinCaps(desk: ChainDesk, { caps }: HotKey, order: BuildOrder): Promise<BuildOrder> {
  const left = await leftOf(desk.treasury.writer, desk.treasury.clock.nowMs(), caps);
  return {
    ...order,
    fits: (payments) => {
      const rest = new Map(left);
      const over = payments.findIndex((payment) => {
        const after = (rest.get(keyOf(payment)) ?? 0n) - payment.amountMinor;
        rest.set(keyOf(payment), after);
        return after < 0n;
      });
      const [first] = payments;
      if (over === 0 && first) throw hotKeyCap(first.payoutId, left.get(keyOf(first)) ?? 0n);
      return Math.min(order.fits(payments), over < 0 ? payments.length : over);
    },
  };
}

const keyOf = ({ asset }: Pick<ChainPayment, 'asset'>) =>
  asset.issuer === null ? 'XLM' : `${asset.code}:${asset.issuer}`;

/** What of each cap is left after everything else that the hot key paid, or may have paid, within a day. */
async function leftOf(
  reader: Reader,
  nowMs: number,
  caps: readonly HotKeyCap[],
  exceptId = '',
): Promise<ReadonlyMap<string, bigint>> {
  const spent = await reader.rows<{ asset_id: string; amount: bigint | string }>(sql`
    select a.asset_id, sum(a.amount_minor) as amount
    from chain_transactions t
      join chain_payments c on c.transaction_id = t.id
      join payout_attempts a on a.id = c.attempt_id
    where t.mode = 'hot_key' and t.id <> ${exceptId} and t.built_at_ms > ${BigInt(nowMs - DAY_MS)}
      and not (t.state = 'failed' or (t.state = 'expired' and t.words <> 'unproven'))
    group by a.asset_id`);
  const used = new Map(spent.map(({ asset_id, amount }) => [keyOf({ asset: chainAssetOf(asset_id) }), BigInt(amount)]));
  return new Map(
    caps.map(({ asset, amount }) => {
      const parsed = parseDecimal(amount, 7);
      return [asset, (parsed.ok ? parsed.minor : 0n) - (used.get(asset) ?? 0n)];
    }),
  );
}
