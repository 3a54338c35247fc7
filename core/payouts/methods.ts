/**
 * The ways in which a payout can reach its payee. Most are ordinary payments; opening an account,
 * and leaving a balance to be claimed, are for payees to whom an ordinary payment cannot arrive yet.
 * Each is approved for itself: it is in the text that is signed.
 */
import type { RailName } from '../contract/payees.ts';
import { PAYMENT_METHODS, type PaymentMethod } from '../contract/policy-terms.ts';
import { wrongMethod } from './errors.ts';
import type { PayoutRecord } from './repository.ts';

/** Where nothing else is said: long enough for a payee who is away, and not for ever. */
export const RECLAIM_AFTER_S = 30 * 24 * 60 * 60;

/** Two base reserves of the public network. Its own figure is asked before anything is signed. */
const OPENING_BALANCE_MIN = 10_000_000n;

const MUXED_ACCOUNT = /^M[A-Z2-7]{68}$/;
const PLAIN_ACCOUNT = /^G[A-Z2-7]{55}$/;
const CONTRACT = /^C[A-Z2-7]{55}$/;

/** What there is to choose from on a rail, in an asset. */
export function methodsCarried(rail: RailName, assetId: string): readonly PaymentMethod[] {
  if (rail !== 'stellar') return ['payment'];
  return PAYMENT_METHODS.filter((method) => method !== 'create_account' || isNative(assetId));
}

export type Paid = Pick<
  PayoutRecord,
  'id' | 'rail' | 'method' | 'reclaimAfterS' | 'destination' | 'assetId' | 'amountMinor'
>;

/** What is known without asking the network; what only it can say is asked when a transaction is planned. */
export function refuseMethod({ id, rail, method, reclaimAfterS, destination, assetId, amountMinor }: Paid): void {
  if ((method === 'claimable_balance') !== (reclaimAfterS !== null)) throw wrongMethod(id, method, 'terms');
  if (rail === 'stellar' && method !== 'contract_call' && CONTRACT.test(destination.address)) {
    throw wrongMethod(id, method, 'contract');
  }
  if (method === 'payment') return;
  if (rail !== 'stellar') throw wrongMethod(id, method, 'rail');
  if (method === 'contract_call') {
    if (MUXED_ACCOUNT.test(destination.address)) throw wrongMethod(id, method, 'address');
    if (destination.memo !== null) throw wrongMethod(id, method, 'call_memo');
    return;
  }
  // Neither way carries on whom of an account's owners the money is for.
  if (!PLAIN_ACCOUNT.test(destination.address)) throw wrongMethod(id, method, 'address');
  if (method === 'claimable_balance') {
    if (destination.memo !== null) throw wrongMethod(id, method, 'memo');
    return;
  }
  if (!isNative(assetId)) throw wrongMethod(id, method, 'asset');
  if (amountMinor < OPENING_BALANCE_MIN) throw wrongMethod(id, method, 'amount');
}

function isNative(assetId: string): boolean {
  return /^stellar:[a-z0-9-]+:native$/.test(assetId);
}
