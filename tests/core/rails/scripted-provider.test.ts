/** The provider that tests of payouts are written against keeps the contract itself. */
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { providerContract } from './provider-contract.ts';

const OUTCOMES = { completed: 'completed', failed: 'failed', unknown: 'mystery' } as const;

providerContract('The scripted provider', async (ending) => {
  const provider = scriptedProvider({ outcome: OUTCOMES[ending] });
  return {
    provider,
    address: 'sim:carla',
    badAddresses: ['', 'carla', 'sim:'],
    assetId: USD,
    otherAssetId: EUR,
    unknownStatus: 'mystery',
    recordsPerPage: null,
    nowMs: () => Date.now(),
    truth: () =>
      provider.paid().map(({ key, address, assetId, amountMinor }) => ({ key, address, assetId, amountMinor })),
    faults: provider.faults,
    close: () => Promise.resolve(),
  };
});
