/** How much the next transaction may hold: what the network takes, what the signer takes, what the policy allows. */
import { policyBelieved } from '../../core/approvals/policy/versions.ts';
import type { BuildOrder } from '../../core/payouts/chain/plan.ts';
import type { ChainPayment } from '../../core/rails/chain.ts';
import type { Reader } from '../../core/store/tx.ts';
import { operationBytes } from '../rails/stellar/build.ts';
import { showsContractCalls } from '../rails/stellar/decode.ts';
import { type DeviceLimits, largestBatch } from '../signing/ledger/largest-batch.ts';

/** Long enough to read a long review on a small screen. */
export const DEVICE_S = 30 * 60;

export interface AskedOrder {
  readonly payoutIds?: readonly string[] | undefined;
  readonly device?: DeviceLimits | undefined;
  readonly paymentsMax?: number | undefined;
  readonly openMinutes?: number | undefined;
}

/** What the signer takes at once; a hundred where it is no device. */
export async function orderOf(reader: Reader, input: AskedOrder): Promise<BuildOrder> {
  const { device, paymentsMax = 100, openMinutes, payoutIds } = input;
  const openS = openMinutes === undefined ? DEVICE_S : openMinutes * 60;
  if (!device) return { payoutIds, openS, fits: (payments) => Math.min(payments.length, paymentsMax) };
  const { blindSigning = [] } = (await policyBelieved(reader)).terms;
  return {
    payoutIds,
    openS,
    fits: (payments) => fitsOn(device, payments, paymentsMax),
    bytesMax: device.dataBytesMax,
    mayCall: (contract) => showsContractCalls(device.version) || blindSigning.includes(contract),
  };
}

function fitsOn(device: DeviceLimits, payments: readonly ChainPayment[], operationsMax: number): number {
  // A call is one operation, whose size is known when it was tried out.
  if (payments[0]?.call) return Math.min(payments.length, operationsMax);
  return largestBatch(device, {
    operationBytes: payments.map(operationBytes),
    memoBytes: memoBytes(payments[0]),
    operationsMax,
  });
}

function memoBytes(payment: ChainPayment | undefined): number {
  switch (payment?.memo?.type) {
    case undefined:
      return 0;
    case 'id':
      return 8;
    default:
      return 32;
  }
}
