/** What paying would cost, for whoever approves or pays: a fee and until when it holds, or why there is none to tell. */
import type { FeeAnswer } from '../contract/fees.ts';
import type { PayoutStatus } from '../contract/payouts.ts';
import { formatDecimal } from '../money/minor.ts';
import type { Estimates, Quote, QuoteTold } from '../rails/estimates.ts';
import type { PayoutProvider } from '../rails/provider.ts';
import type { Reader } from '../store/tx.ts';
import { plannedOrderOf } from './answers.ts';
import { getBatch, paymentsIn } from './batches/records.ts';
import { transactionOfPayout } from './chain/records.ts';
import { getPayout, type PayoutRecord } from './repository.ts';

export interface FeeSource {
  readonly estimates: Estimates;
  /** Null where the rail is not set up. */
  readonly provider: PayoutProvider | null;
}

const STILL_TO_PAY: readonly PayoutStatus[] = ['pending', 'approved', 'processing'];

const none = (why: string): FeeAnswer => ({ quoted: null, why });

export async function feeOfPayout(reader: Reader, { estimates, provider }: FeeSource, id: string): Promise<FeeAnswer> {
  const payout = await getPayout(reader, id);
  if (!STILL_TO_PAY.includes(payout.status)) return none('There is nothing left to pay.');
  if (payout.rail === 'stellar') return none(await feeOnStellar(reader, payout));
  if (!provider) return none('That rail is not set up here.');
  return feeAnswer(reader, await estimates.ofAll(provider, [plannedOrderOf(payout)]));
}

/** Nobody quotes one there: what a transaction may cost is written into it. */
async function feeOnStellar(reader: Reader, { id }: PayoutRecord): Promise<string> {
  const transaction = await transactionOfPayout(reader, id);
  if (!transaction || transaction.endedAtMs !== null) return 'It is known once a transaction is built.';
  const most = formatDecimal(transaction.feeMinor, XLM_SCALE).replace(/\.?0+$/, '');
  const { payments } = transaction;
  return `Its transaction costs up to ${most} XLM${payments === 1 ? '' : `, with all of its ${payments} payments`}.`;
}

const XLM_SCALE = 7;

export async function feeOfBatch(reader: Reader, { estimates, provider }: FeeSource, id: string): Promise<FeeAnswer> {
  const batch = await getBatch(reader, id);
  if (batch.state !== 'needs_code') return none('No code is waited for.');
  if (!provider) return none('That rail is not set up here.');
  const payments = await paymentsIn(reader, batch);
  const orders = payments.map(({ payout }) => plannedOrderOf(payout));
  return feeAnswer(reader, await estimates.ofAll(provider, orders));
}

async function feeAnswer(reader: Reader, told: QuoteTold): Promise<FeeAnswer> {
  return told.known
    ? { quoted: await quotedFee(reader, told.quote), why: null }
    : none(/[.!?]$/.test(told.why) ? told.why : `${told.why}.`);
}

async function quotedFee(reader: Reader, { fees, askedAtMs, expiresAtMs }: Quote) {
  const rows = await reader.db.selectFrom('assets').select(['id', 'code', 'scale']).execute();
  const assets = new Map(rows.map((row) => [row.id, row]));
  return {
    fees: [...fees].map(([assetId, feeMinor]) => ({
      assetId,
      assetCode: assets.get(assetId)?.code ?? assetId,
      scale: Number(assets.get(assetId)?.scale ?? 0n),
      amountMinor: feeMinor.toString(),
    })),
    askedAtMs,
    expiresAtMs,
  };
}
