/** The treasury's own accounts. Each asset has all of them, from the moment it is known. */
import { RAILS } from '../contract/payees.ts';
import type { AssetId } from '../money/assets.ts';
import type { Tx } from '../store/tx.ts';
import {
  type AccountSpec,
  adjustmentsAccount,
  bankAccount,
  clearingAccount,
  feesAccount,
  fxAccount,
  obligationsAccount,
  openAccounts,
  overpaidReceivable,
  reserveHeld,
  roundingAccount,
  treasuryAccount,
  withdrawalPending,
} from './accounts.ts';

export function systemAccounts(assetId: AssetId): readonly AccountSpec[] {
  return [
    treasuryAccount(assetId),
    withdrawalPending(assetId),
    reserveHeld(assetId),
    ...RAILS.map((rail) => clearingAccount(rail, assetId)),
    bankAccount(assetId),
    obligationsAccount(assetId),
    feesAccount(assetId),
    fxAccount(assetId),
    roundingAccount(assetId),
    adjustmentsAccount(assetId),
    overpaidReceivable(assetId),
  ];
}

/** Opens those that are not there yet; asking twice changes nothing. */
export async function openSystemAccounts(tx: Tx, nowMs: number, assetId: AssetId): Promise<void> {
  await openAccounts(tx, nowMs, systemAccounts(assetId));
}
