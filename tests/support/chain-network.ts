/** The simulated network as the rules of payments ask it, without a socket between: for long random runs. */

import { rpc } from '@stellar/stellar-sdk';
import type { AccountFacts, ChainNetwork, ContractCalls, Reach } from '../../core/rails/chain.ts';
import { callTrials } from '../../main/rails/stellar/call-trials.ts';
import { chainAsset } from '../../main/rails/stellar/chain-assets.ts';
import { payerOf, wordsOf } from '../../main/rails/stellar/network-words.ts';
import type { StellarNetwork } from '../../main/sandbox/stellar/network.ts';
import { simulate } from '../../main/sandbox/stellar/simulate.ts';
import { CALL_WRITES_MAX } from '../../main/sandbox/stellar/transactions.ts';
import { assetOfKey, reserveOf } from '../../main/sandbox/stellar/world.ts';

const FIRST_LEDGER = 100;

/** Contract calls tried out on it. */
export function directCalls(network: StellarNetwork): ContractCalls {
  return callTrials(
    {
      fee: async () => network.surgeFee(),
      limits: async () => ({ writes: CALL_WRITES_MAX, entries: CALL_WRITES_MAX }),
      simulate: async (transaction) => rpc.parseRawSimulation({ id: '1', ...simulate(network, transaction) }),
    },
    network.passphrase,
  );
}

/** `retention`: how many ledgers back it knows of; null for all of them. */
export function directNetwork(network: StellarNetwork, retention: () => number | null): ChainNetwork {
  const oldest = () => {
    const kept = retention();
    return kept === null ? FIRST_LEDGER : Math.max(FIRST_LEDGER, network.latest().sequence - kept + 1);
  };
  const reach = (): Reach => {
    const { sequence, closeTime } = network.latest();
    return { oldestLedger: oldest(), latestLedger: sequence, latestCloseTimeS: closeTime };
  };
  return {
    reach: async () => reach(),
    accounts: async (addresses) =>
      new Map(
        addresses.flatMap((address): [string, AccountFacts][] => {
          const account = network.world.accounts.get(address);
          if (!account) return [];
          const { master, low, medium, high } = account.thresholds;
          return [
            [
              address,
              {
                sequence: account.sequence,
                spendableMinor: account.balance - reserveOf(account),
                trustlines: [...account.trustlines].map(([key, line]) => ({
                  asset: chainAsset(assetOfKey(key)),
                  balanceMinor: line.balance,
                  spendableMinor: line.balance,
                  roomMinor: line.limit - line.balance,
                  authorized: line.authorized,
                })),
                signers: [
                  { key: address, weight: master },
                  ...[...account.signers].map(([key, weight]) => ({ key, weight })),
                ],
                thresholds: { low, medium, high },
                memoRequired: account.data.has('config.memo_required'),
              },
            ],
          ];
        }),
      ),
    baseReserve: async () => 5_000_000n,
    claimables: async (ids) => ({
      there: new Set(ids.filter((id) => network.world.claimables.has(id))),
      latestLedger: network.latest().sequence,
      latestCloseTimeS: network.latest().closeTime,
    }),
    feePerOperation: async () => network.surgeFee(),
    async send(envelope) {
      const answer = network.submit(envelope);
      switch (answer.status) {
        case 'PENDING':
        case 'DUPLICATE':
          return { status: 'taken' };
        case 'TRY_AGAIN_LATER':
          return { status: 'busy' };
        case 'ERROR': {
          const { words, operations } = wordsOf(answer.result);
          return { status: 'refused', words: [words, ...operations].join(' ') };
        }
      }
    },
    async find(hash) {
      const record = network.find(hash);
      if (!record || record.ledger < oldest()) return { status: 'unknown', reach: reach() };
      return {
        status: record.isSuccess ? 'success' : 'failed',
        ledger: record.ledger,
        closeTimeS: record.closeTime,
        feeMinor: record.result.feeCharged,
        feeSource: payerOf(record.transaction),
        ...wordsOf(record.result),
      };
    },
  };
}
