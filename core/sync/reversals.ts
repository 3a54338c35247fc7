/** A payment that came back, whole or in part: owed to the payee again, and in the treasury's funds again. */
import { clearingAccount, openAccounts, treasuryAccount } from '../ledger/accounts.ts';
import { post } from '../ledger/posting.ts';
import { postReversalIn } from '../payouts/postings.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import type { Evidence } from './stored-record.ts';

export type Reversed = Evidence & { readonly reversal: { readonly reference: string } };

/** How much of the payout has come back by now, as the books say. */
export async function reversedSoFar(work: Work, payout: PayoutRecord): Promise<bigint> {
  const rows = await work.tx.db
    .selectFrom('ledger_transactions as t')
    .innerJoin('ledger_postings as p', 'p.transaction_id', 't.id')
    .select('p.amount_minor as amountMinor')
    .where('t.payout_id', '=', payout.id)
    .where('t.kind', '=', 'reversal_in')
    .where('t.key', 'like', `${keyOf(payout, '')}%`)
    .where('p.amount_minor', '>', 0n)
    .execute();
  return rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

export async function bookReversal(work: Work, payout: PayoutRecord, record: Reversed): Promise<void> {
  const { reference } = record.reversal;
  const { amountMinor, atMs: effectiveAtMs } = record;
  await postReversalIn(work, payout, { key: `${payout.id}:${reference}`, amountMinor, effectiveAtMs });
  await settleReversal(work, payout, record);
  work.audit({
    action: 'payout.reversed',
    subject: `payout:${payout.id}`,
    details: { reference: record.reference, reversal: reference, amountMinor: amountMinor.toString() },
  });
  work.emit({
    name: 'payout.reversed',
    subject: `payout:${payout.id}`,
    payload: { amountMinor: amountMinor.toString() },
  });
}

/** It is the provider's own record that tells of it, so nothing is left to wait for. */
async function settleReversal(work: Work, payout: PayoutRecord, record: Reversed): Promise<void> {
  const [clearing, treasury] = await openAccounts(work.tx, work.nowMs, [
    clearingAccount(payout.rail, payout.assetId),
    treasuryAccount(payout.assetId),
  ]);
  if (!clearing || !treasury) throw new Error('Accounts come in the order they were asked for');
  await post(work.tx, work.actor.id, work.nowMs, {
    key: `settlement:${keyOf(payout, record.reversal.reference)}`,
    kind: 'settlement',
    effectiveAtMs: record.atMs,
    postings: [
      { account: clearing, amountMinor: record.amountMinor },
      { account: treasury, amountMinor: -record.amountMinor },
    ],
  });
}

/** As `postReversalIn` makes it. */
function keyOf({ id, rail }: PayoutRecord, reference: string): string {
  return `reversal-in:${rail}:${id}:${reference}`;
}
