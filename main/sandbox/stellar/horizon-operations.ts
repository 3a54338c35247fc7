/** Operations as Horizon spells them. */
import type { Asset } from '@stellar/stellar-sdk';
import type { ContractTransfer } from './contracts.ts';
import type { AnyOperation } from './operations.ts';
import { keyOfAsset } from './world.ts';

export function decimal(stroops: bigint): string {
  const digits = stroops.toString().padStart(8, '0');
  return `${digits.slice(0, -7)}.${digits.slice(-7)}`;
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export function assetFields(key: string) {
  const [code = '', issuer] = key.split(':');
  if (issuer === undefined) return { asset_type: 'native' };
  const type = code.length <= 4 ? 'credit_alphanum4' : 'credit_alphanum12';
  return { asset_type: type, asset_code: code, asset_issuer: issuer };
}

export function operationFields(operation: AnyOperation, from: string): Record<string, unknown> {
  switch (operation.type) {
    case 'payment':
      return {
        type: 'payment',
        type_i: 1,
        from,
        to: operation.destination,
        amount: operation.amount,
        ...assetFields(keyOfAsset(operation.asset)),
      };
    case 'createAccount':
      return {
        type: 'create_account',
        type_i: 0,
        funder: from,
        account: operation.destination,
        starting_balance: operation.startingBalance,
      };
    case 'createClaimableBalance':
      return {
        type: 'create_claimable_balance',
        type_i: 14,
        asset: keyOfAsset(operation.asset as Asset),
        amount: operation.amount,
        claimants: operation.claimants.map(({ destination }) => ({ destination })),
      };
    case 'claimClaimableBalance':
      return { type: 'claim_claimable_balance', type_i: 15, balance_id: operation.balanceId, claimant: from };
    case 'invokeHostFunction':
      return { type: 'invoke_host_function', type_i: 24, function: 'HostFunctionTypeHostFunctionTypeInvokeContract' };
    default:
      return { type: operation.type.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) };
  }
}

/** What a contract moved, as it stands with the operation that called it. */
export function changeOf({ asset, from, to, amount }: ContractTransfer) {
  const type = asset.getIssuer() === from ? 'mint' : 'transfer';
  return { type, from, to, amount: decimal(amount), ...assetFields(keyOfAsset(asset)) };
}
