/** What is proven of a treasury from its records alone: the books add up, and the audit chain is whole. */
import { type ChainProof, verifyChain } from '../../core/audit/verify.ts';
import { balanceDrift, trialBalance } from '../../core/ledger/balances.ts';
import type { Reader } from '../../core/store/tx.ts';

export interface TreasuryProof {
  readonly audit: ChainProof;
  readonly problems: readonly string[];
}

export async function proveTreasury(reader: Reader): Promise<TreasuryProof> {
  const audit = await verifyChain(reader);
  const { totals } = await trialBalance(reader);
  const drift = await balanceDrift(reader);
  return {
    audit,
    problems: [
      ...totals
        .filter(({ sumMinor }) => sumMinor !== 0n)
        .map(({ assetId, sumMinor }) => `The postings in ${assetId} sum to ${sumMinor}, not zero.`),
      ...drift.map(
        ({ accountId, keptMinor, entriesMinor }) =>
          `Account ${accountId} keeps ${keptMinor}, but its entries say ${entriesMinor}.`,
      ),
      ...(audit.problem === null ? [] : [audit.problem]),
    ],
  };
}
