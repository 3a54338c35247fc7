/** Which contracts pay here, as the settings and the network have it. */
import type { CallWays } from '../../../core/payouts/call-ways.ts';
import { chainAssetOf } from '../../../core/payouts/chain/plan.ts';
import type { ResolvedSettings } from '../../../core/payouts/chain/settings.ts';
import { kitAsset } from './chain-assets.ts';
import { networkName, networkPassphrase } from './networks.ts';

export function callWays(settings: Pick<ResolvedSettings, 'call' | 'paysByCall' | 'networkPassphrase'>): CallWays {
  return {
    terms: settings.call,
    isUsual: settings.paysByCall,
    tokenOf(assetId) {
      const name = assetId.split(':')[1] ?? '';
      // The one that is set, or one that everybody knows by its name.
      const passphrase = [settings.networkPassphrase, networkPassphrase(name)].find(
        (one) => one !== null && networkName(one) === name,
      );
      return passphrase ? kitAsset(chainAssetOf(assetId)).contractId(passphrase) : null;
    },
  };
}
