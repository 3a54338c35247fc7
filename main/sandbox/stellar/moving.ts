/** Moving an amount between accounts, with every reason the network has for refusing it. */
import type { Asset } from '@stellar/stellar-sdk/base';
import { type Account, type Draft, INT64_MAX, keyOfAsset, reserveOf } from './world.ts';

type NotTaken = 'underfunded' | 'source_no_trust' | 'source_not_authorized';
type NotGiven = 'no_trust' | 'not_authorized' | 'line_full';

/** `1.5` or `1.5000000` as stroops. */
export function stroopsOf(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole + part.padEnd(7, '0'));
}

export function takeFrom(account: Account, asset: Asset, amount: bigint): NotTaken | null {
  if (asset.isNative()) {
    if (account.balance - amount < reserveOf(account)) return 'underfunded';
    account.balance -= amount;
    return null;
  }
  // An issuer makes what it pays with.
  if (asset.getIssuer() === account.id) return null;
  const line = account.trustlines.get(keyOfAsset(asset));
  if (!line) return 'source_no_trust';
  if (!line.authorized) return 'source_not_authorized';
  if (line.balance < amount) return 'underfunded';
  line.balance -= amount;
  return null;
}

export function giveTo(account: Account, asset: Asset, amount: bigint): NotGiven | null {
  if (asset.isNative()) {
    if (account.balance > INT64_MAX - amount) return 'line_full';
    account.balance += amount;
    return null;
  }
  if (asset.getIssuer() === account.id) return null;
  const line = account.trustlines.get(keyOfAsset(asset));
  if (!line) return 'no_trust';
  if (!line.authorized) return 'not_authorized';
  if (line.balance > line.limit - amount) return 'line_full';
  line.balance += amount;
  return null;
}

/** Both or neither, as the draft of a refused transaction is thrown away. */
export function move(
  draft: Draft,
  from: Account,
  to: string,
  asset: Asset,
  amount: bigint,
): NotTaken | NotGiven | 'no_destination' | null {
  const receiver = draft.account(to);
  if (!receiver) return 'no_destination';
  // The receiver's side is judged first, as the network does.
  return giveTo(receiver, asset, amount) ?? takeFrom(from, asset, amount);
}
