/** A transaction as it is shown before signing: decoded from its bytes, beside what was approved. */
import type { ChainDocument } from '../../core/contract/chain.ts';
import { bumpsOf } from '../../core/payouts/chain/bumps.ts';
import { getClaim } from '../../core/payouts/chain/claims.ts';
import { paymentOf } from '../../core/payouts/chain/plan.ts';
import { isOut } from '../../core/payouts/chain/prove-again.ts';
import { type ChainRecord, paymentsOf, reclaimsOf } from '../../core/payouts/chain/records.ts';
import { shownPayment, transactionView } from '../../core/payouts/chain/views.ts';
import { getPayout, type PayoutRecord } from '../../core/payouts/repository.ts';
import { type ChainRail, weightToPay } from '../../core/rails/chain.ts';
import type { Reader } from '../../core/store/tx.ts';
import { differenceIn, differenceInReclaim, operationsIn, signedBytesOf } from '../rails/stellar/compare.ts';
import { decodeTransaction } from '../rails/stellar/decode.ts';

export async function chainDocument(
  reader: Reader,
  rail: ChainRail,
  networkPassphrase: string,
  record: ChainRecord,
  /** Whether its bytes may be given to whoever looks, once they are out. */
  mayLeave: () => Promise<boolean>,
): Promise<ChainDocument> {
  const payments = await paymentsOf(reader, record.id);
  const reclaims = await reclaimsOf(reader, record.id);
  const bytes = record.signedEnvelope ?? record.envelope;
  const keys = record.authority.signers.map(({ key }) => key);
  const decoded = decodeTransaction(bytes, networkPassphrase, keys);
  const kit = operationsIn(bytes, networkPassphrase);
  const other = agreement(rail, record, payments, reclaims);
  const operations: ChainDocument['operations'] = [];
  for (const [position, { type, source, words }] of decoded.operations.entries()) {
    if (record.call) {
      const pays = [];
      for (const { payout } of payments) pays.push(await shownPayment(reader, payout));
      operations.push({ position, type, source, words, payout: null, pays, differs: other });
      continue;
    }
    const operation = kit[position];
    const balanceId = reclaims[position];
    const payout = payments[position]?.payout ?? (await payoutBehind(reader, balanceId));
    const differs =
      operation && balanceId !== undefined
        ? differenceInReclaim(operation, balanceId)
        : operation && payout
          ? differenceIn(operation, paymentOf(payout), record.source)
          : 'no approved payout';
    const shown = payout && (await shownPayment(reader, payout));
    operations.push({ position, type, source, words, payout: shown, pays: [], differs });
  }
  const signed = new Set(decoded.signatures.map(({ validFor }) => validFor));
  const signers = record.authority.signers
    .filter(({ weight }) => weight > 0)
    .map(({ key, weight }) => ({ key, weight, signed: signed.has(key) }));
  const agrees = decoded.hashHex === record.hash && other === null;
  const isGiven = agrees && isOut(record) && (await mayLeave());
  return {
    ...transactionView(record),
    networkPassphrase,
    hash: decoded.hashHex,
    hashWords: [...decoded.hashWords],
    memo: decoded.memo && { type: decoded.memo.type, value: decoded.memo.value },
    source: decoded.source,
    sequence: decoded.sequence.toString(),
    feeMinor: decoded.maxFeeStroops.toString(),
    minTimeMs: Number(decoded.conditions.minTime) * 1000,
    maxTimeMs: Number(decoded.conditions.maxTime) * 1000,
    operations,
    agrees,
    signers,
    weight: signers.reduce((sum, { signed: has, weight }) => sum + (has ? weight : 0), 0),
    needed: weightToPay(record.authority),
    xdr: isGiven ? bytes : null,
    sep7: isGiven ? sep7Uri(bytes, networkPassphrase) : null,
    signedBytes: signedBytesOf(bytes, networkPassphrase).length,
    bumps: (await bumpsOf(reader, record.id)).map(({ hash, feeSource, feeMinor, builtAtMs }) => ({
      hash,
      feeSource,
      feeMinor: feeMinor.toString(),
      builtAtMs,
    })),
  };
}

/** Whose amount a balance is. */
async function payoutBehind(reader: Reader, balanceId: string | undefined): Promise<PayoutRecord | null> {
  return balanceId === undefined ? null : getPayout(reader, (await getClaim(reader, balanceId)).payoutId);
}

/** The first thing in which the bytes are not the approved payouts; null where they are. */
export function agreement(
  rail: ChainRail,
  record: ChainRecord,
  payments: Awaited<ReturnType<typeof paymentsOf>>,
  reclaims: readonly string[],
): string | null {
  return rail.differenceFrom(record.signedEnvelope ?? record.envelope, {
    source: record.source,
    sequence: record.sequence,
    maxTimeS: Number(record.maxTimeS),
    feeMinor: record.feeMinor,
    payments: payments.map(({ payout }) => paymentOf(payout)),
    reclaims,
  });
}

/** SEP-7: what a wallet takes from a link or a QR code. */
function sep7Uri(xdr: string, networkPassphrase: string): string {
  return `web+stellar:tx?${new URLSearchParams({ xdr, network_passphrase: networkPassphrase }).toString().replaceAll('+', '%20')}`;
}
