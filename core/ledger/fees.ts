import type { PayoutId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { bankAccount, feesAccount, openAccounts, treasuryAccount } from './accounts.ts';
import { type LedgerDraft, type Posted, postMany } from './posting.ts';

export interface Fee {
  /** Names the fee at the provider or network; the same one is never posted twice. */
  readonly key: string;
  /** The fee's own asset, whatever was paid: XLM for a payment in USDC. */
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly effectiveAtMs: number;
  readonly payoutId?: PayoutId;
  /** Out of the treasury's funds, or of money that is none of them: an account kept for fees alone. */
  readonly from?: 'treasury' | 'bank';
}

export async function isFeePosted(reader: Reader, key: string): Promise<boolean> {
  const row = await reader.db
    .selectFrom('ledger_transactions')
    .select('id')
    .where('key', '=', `fee:${key}`)
    .executeTakeFirst();
  return row !== undefined;
}

/** What providers and networks took for themselves: it is paid already. */
export async function postFees(work: Work, fees: readonly Fee[]): Promise<readonly Posted[]> {
  const accounts = await openAccounts(
    work.tx,
    work.nowMs,
    fees.flatMap(({ assetId, from }) => [
      feesAccount(assetId),
      from === 'bank' ? bankAccount(assetId) : treasuryAccount(assetId),
    ]),
  );
  const drafts = fees.map((fee, index): LedgerDraft => {
    const spent = accounts[index * 2];
    const payer = accounts[index * 2 + 1];
    if (!spent || !payer) throw new Error('Accounts come in the order they were asked for');
    return {
      key: `fee:${fee.key}`,
      kind: 'fee',
      effectiveAtMs: fee.effectiveAtMs,
      postings: [
        { account: spent, amountMinor: -fee.amountMinor },
        { account: payer, amountMinor: fee.amountMinor },
      ],
      ...(fee.payoutId ? { payoutId: fee.payoutId } : {}),
    };
  });
  return postMany(work.tx, work.actor.id, work.nowMs, drafts);
}
