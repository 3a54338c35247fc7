/** What is proven of a treasury from its records alone: the books add up, and the audit chain is whole. */

import { trustProblems } from '../../core/access/trust/tables-check.ts';
import { type ChainProof, verifyChain } from '../../core/audit/verify.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import type { Reader } from '../../core/store/tx.ts';

export interface TreasuryProof {
  readonly audit: ChainProof;
  readonly problems: readonly string[];
}

export async function proveTreasury(reader: Reader): Promise<TreasuryProof> {
  const audit = await verifyChain(reader);
  const broken = await brokenInvariants(reader);
  return {
    audit,
    problems: [...broken, ...(await trustProblems(reader)), ...(audit.problem === null ? [] : [audit.problem])],
  };
}
