/**
 * Which contract would pay an asset to an address. Where a treasury has set one it pays through,
 * that one; where it has not, a contract that is to be paid gets an ordinary `transfer` by the
 * contract of the asset itself.
 */
import { type CallTerms, TRANSFER_ARGUMENTS } from '../contract/contract-calls.ts';
import { notConfiguredContract } from './errors.ts';
import type { DestinationSnapshot } from './repository.ts';

/** As the settings are now; told by whoever knows them. */
export interface CallWays {
  /** Null where no contract is set. */
  readonly terms: CallTerms | null;
  /** Whether plain accounts are paid through it where nobody says how. */
  readonly isUsual: boolean;
  /** The contract that an asset has on its network; null where the network is not known here. */
  tokenOf(assetId: string): string | null;
}

export const NO_CALLS: CallWays = { terms: null, isUsual: false, tokenOf: () => null };

const CONTRACT = /^C[A-Z2-7]{55}$/;
const PLAIN_ACCOUNT = /^G[A-Z2-7]{55}$/;

type To = Pick<DestinationSnapshot, 'address' | 'memo'>;

function callTo(ways: CallWays, assetId: string, { address }: To): CallTerms | null {
  if (ways.terms || !CONTRACT.test(address)) return ways.terms;
  const token = ways.tokenOf(assetId);
  return token === null ? null : { contract: token, method: 'transfer', arguments: [...TRANSFER_ARGUMENTS] };
}

/** Nobody said how: contracts can only be paid by a call, and what carries a memo cannot. */
export function usualCall(ways: CallWays, assetId: string, to: To): CallTerms | null {
  if (!assetId.startsWith('stellar:')) return null;
  const isUsual = CONTRACT.test(to.address) || (ways.isUsual && PLAIN_ACCOUNT.test(to.address) && to.memo === null);
  return isUsual ? callTo(ways, assetId, to) : null;
}

/** Somebody asked for a call. */
export function callAskedFor(ways: CallWays, assetId: string, to: To): CallTerms {
  const call = callTo(ways, assetId, to);
  if (!call) throw notConfiguredContract();
  return call;
}
