import { afterEach, describe, expect, it, test } from 'vitest';
import { assetId } from '../../../../core/money/assets.ts';
import { type PayoutOrder, ProviderRefused, ProviderUnreachable } from '../../../../core/rails/provider.ts';
import { simulatedProvider } from '../../../../main/rails/simulated/provider.ts';
import { type SimulatedBank, startSimulatedBank } from '../../../../main/sandbox/simulated-bank.ts';
import { providerContract } from '../../../core/rails/provider-contract.ts';
import { type Fault, type FaultyProxy, faultyProxy } from '../../../support/faulty-proxy.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 9);
const nowMs = () => NOW_MS;
const ADDRESSES = { completed: 'sim:carla', failed: 'sim:fail-carla', unknown: 'sim:strange-carla' } as const;

async function bankBehindNetwork() {
  const bank = await startSimulatedBank({ file: null, nowMs });
  const network = await faultyProxy(bank.url);
  return { bank, network, provider: simulatedProvider(network.url, nowMs) };
}

function paidBy(bank: SimulatedBank) {
  return bank
    .records()
    .filter(({ status }) => status === 'completed')
    .map(({ key, address, asset, amountMinor }) => ({
      key,
      address,
      assetId: assetId(asset),
      amountMinor: BigInt(amountMinor),
    }));
}

providerContract('The simulated rail', async (ending) => {
  const { bank, network, provider } = await bankBehindNetwork();
  return {
    provider,
    address: ADDRESSES[ending],
    badAddresses: ['', 'carla', 'sim:', 'sim:Carla', 'sim:carla marin', ' sim:carla', `sim:${'a'.repeat(65)}`],
    assetId: assetId('iso:USD'),
    otherAssetId: assetId('iso:EUR'),
    unknownStatus: 'mystery',
    recordsPerPage: 200,
    nowMs,
    truth: () => paidBy(bank),
    faults: {
      loseRequest: () => network.next('lose request'),
      loseAnswer: () => network.next('lose answer'),
      goAway: () => network.setAway(true),
      comeBack: () => network.setAway(false),
    },
    close: async () => {
      await network.close();
      await bank.close();
    },
  };
});

describe('the simulated rail over a bad network', () => {
  const open: { bank: SimulatedBank; network: FaultyProxy }[] = [];
  afterEach(async () => {
    for (const { bank, network } of open.splice(0)) {
      await network.close();
      await bank.close();
    }
  });
  const begin = async () => {
    const rail = await bankBehindNetwork();
    open.push(rail);
    return rail;
  };
  const order: PayoutOrder = {
    key: 'a-1',
    payoutId: 'pay_a',
    address: 'sim:carla',
    memo: null,
    extraId: null,
    currency: null,
    assetId: assetId('iso:USD'),
    amountMinor: 500n,
  };
  const AFTER_IT_WAS_TAKEN: readonly Fault[] = [
    'lose answer',
    'cut answer',
    'answer 500',
    'answer 504 in HTML',
    'answer other JSON',
    'answer 404 of its own',
  ];

  test.each(AFTER_IT_WAS_TAKEN)('%s: nobody can know whether it was taken, and it is paid once', async (fault) => {
    const { bank, network, provider } = await begin();
    network.next(fault);
    await expect(provider.createPayout(order)).rejects.toBeInstanceOf(ProviderUnreachable);
    expect(paidBy(bank)).toHaveLength(1);
    const answer = await provider.createPayout(order);
    expect(answer).toMatchObject({ status: 'completed' });
    expect(paidBy(bank)).toHaveLength(1);
  });

  test.each(AFTER_IT_WAS_TAKEN)('%s: a lookup and a list fail rather than say that there is nothing', async (fault) => {
    const { network, provider } = await begin();
    await provider.createPayout(order);
    network.next(fault);
    await expect(provider.lookup(order.key)).rejects.toBeInstanceOf(ProviderUnreachable);
    network.next(fault);
    await expect(provider.listSince(null)).rejects.toBeInstanceOf(ProviderUnreachable);
    expect(await provider.lookup(order.key)).toMatchObject({ status: 'completed' });
  });

  it('refuses for good what the bank cannot read as an order', async () => {
    const { bank, provider } = await begin();
    const refused = await provider.createPayout({ ...order, amountMinor: 0n }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProviderRefused);
    expect(refused).toMatchObject({ mayRetry: false });
    expect(bank.records()).toEqual([]);
  });
});
