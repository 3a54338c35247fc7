/** The rail as the rules of payments know it, put together from its parts. */
import { StrKey } from '@stellar/stellar-sdk/base';
import type { ChainAsset, ChainNetwork, ChainRail } from '../../../core/rails/chain.ts';
import { recentEnds } from './balance-ends.ts';
import { buildFeeBump, buildPayments } from './build.ts';
import { contractCalls } from './call-trials.ts';
import { balanceIn, differenceFrom } from './compare.ts';
import { horizonHistory } from './history.ts';
import { horizonNetwork } from './network-horizon.ts';
import { rpcNetwork } from './network-rpc.ts';
import { networkName } from './networks.ts';
import { addSignatures } from './signed.ts';

export interface StellarRailOptions {
  readonly networkPassphrase: string;
  /** At least one of the two. RPC is asked first, where there is one. */
  readonly rpcUrl: string | null;
  readonly horizonUrl: string | null;
  /** Whose trustlines are asked for with an account. */
  readonly assets: readonly ChainAsset[];
}

export function stellarRail({ networkPassphrase, rpcUrl, horizonUrl, assets }: StellarRailOptions): ChainRail {
  const rpc = rpcUrl === null ? null : rpcNetwork({ url: rpcUrl, networkPassphrase, assets });
  const horizon = horizonUrl === null ? null : horizonNetwork({ url: horizonUrl, networkPassphrase });
  const online: ChainNetwork | null = rpc ?? horizon;
  if (!online) throw new Error('A rail without a network');
  return {
    network: networkName(networkPassphrase),
    online,
    archive: rpc ? horizon : null,
    history: horizonUrl === null ? null : horizonHistory(horizonUrl, networkPassphrase),
    recentEnds: rpcUrl === null ? null : recentEnds(rpcUrl, networkPassphrase),
    calls: rpcUrl === null ? null : contractCalls({ url: rpcUrl, networkPassphrase }),
    build: (order) => buildPayments(order, networkPassphrase),
    buildBump: (signedEnvelope, feeSource, feePerOperation) =>
      buildFeeBump(signedEnvelope, feeSource, feePerOperation, networkPassphrase),
    addSignatures: (known, given, authority) => addSignatures(known, given, networkPassphrase, authority),
    balanceIn: (envelope, position) => balanceIn(envelope, position, networkPassphrase),
    accountOf,
    differenceFrom: (envelope, order) => differenceFrom(envelope, order, networkPassphrase),
  };
}

/** The account behind a muxed address is the one that is paid; a contract has none. */
export function accountOf(address: string): string | null {
  if (StrKey.isValidEd25519PublicKey(address)) return address;
  if (!StrKey.isValidMed25519PublicKey(address)) return null;
  return StrKey.encodeEd25519PublicKey(StrKey.decodeMed25519PublicKey(address).subarray(0, 32));
}
