/** Transactions and plans as the window and the API see them. */
import type { ChainPlan, ChainTransaction, PlannedPayment as ShownPayment } from '../../contract/chain.ts';
import type { Claim } from '../../contract/payouts.ts';
import { getPayee } from '../../payees/payees.ts';
import type { Reader } from '../../store/tx.ts';
import type { PayoutRecord } from '../repository.ts';
import { claimOfPayout } from './claims.ts';
import type { ChainSettings } from './desk.ts';
import type { TransactionPlan } from './plan.ts';
import type { ChainRecord } from './records.ts';

export function transactionView(record: ChainRecord): ChainTransaction {
  return {
    id: record.id,
    network: record.network,
    purpose: record.purpose,
    mode: record.mode,
    state: record.state,
    source: record.source,
    sequence: record.sequence.toString(),
    hash: record.hash,
    payments: record.payments,
    call: record.call,
    resourceFeeMinor: record.resourceFeeMinor.toString(),
    simulatedAtMs: record.simulatedAtMs,
    feeMinor: record.feeMinor.toString(),
    feeChargedMinor: record.feeChargedMinor?.toString() ?? null,
    feeSource: record.feeSource,
    maxTimeMs: Number(record.maxTimeS) * 1000,
    handedOut: record.handedOutAtMs !== null,
    submissions: Number(record.submissions),
    ledger: record.ledger === null ? null : Number(record.ledger),
    words: record.words,
    builtBy: record.builtBy,
    builtAtMs: record.builtAtMs,
    submittedAtMs: record.submittedAtMs,
    endedAtMs: record.endedAtMs,
  };
}

/** What became of a payout that was left to be claimed; null of any other. */
export async function claimView(reader: Reader, payoutId: string): Promise<Claim | null> {
  const claim = await claimOfPayout(reader, payoutId);
  if (!claim) return null;
  const { id: balanceId, state, createdAtMs, reclaimableFromMs, endedAtMs, hash, lookedAtMs } = claim;
  return { balanceId, state, createdAtMs, reclaimableFromMs, endedAtMs, hash, lookedAtMs };
}

export async function shownPayment(reader: Reader, payout: PayoutRecord): Promise<ShownPayment> {
  const { name } = await getPayee(reader, payout.payeeId);
  return {
    payoutId: payout.id,
    reference: payout.reference,
    payee: name,
    address: payout.destination.address,
    memo: payout.destination.memo,
    assetId: payout.assetId,
    assetCode: codeOf(payout.assetId),
    amountMinor: payout.amountMinor.toString(),
    method: payout.method,
    reclaimAfterS: payout.reclaimAfterS,
  };
}

/** `stellar:testnet:USDC-G…` is USDC. */
function codeOf(assetId: string): string {
  const [code = ''] = (assetId.split(':')[2] ?? '').split('-');
  return code === 'native' ? 'XLM' : code;
}

export async function planView(reader: Reader, settings: ChainSettings, plan: TransactionPlan): Promise<ChainPlan> {
  const payments: ShownPayment[] = [];
  const totals = new Map<string, { assetCode: string; count: number; amount: bigint }>();
  for (const { payout } of plan.payments) {
    const shown = await shownPayment(reader, payout);
    payments.push(shown);
    const total = totals.get(payout.assetId) ?? { assetCode: shown.assetCode, count: 0, amount: 0n };
    totals.set(payout.assetId, { ...total, count: total.count + 1, amount: total.amount + payout.amountMinor });
  }
  return {
    mode: settings.mode,
    source: settings.source,
    memo: plan.payments[0]?.payment.memo ?? null,
    payments,
    totals: [...totals].map(([assetId, { assetCode, count, amount }]) => ({
      assetId,
      assetCode,
      count,
      amountMinor: amount.toString(),
    })),
    call: plan.payments[0]?.payment.call ?? null,
    feeMinor: plan.feeMinor.toString(),
    heldBack: plan.heldBack.map(({ payout, why, said }) => ({
      payoutId: payout.id,
      reference: payout.reference,
      why,
      said,
    })),
    later: plan.later,
  };
}
