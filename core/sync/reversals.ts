/** A payment that came back, whole or in part: owed to the payee again, and in the treasury's funds again. */
import { sql } from 'kysely';
import { clearingAccount, openAccounts, treasuryAccount } from '../ledger/accounts.ts';
import { post } from '../ledger/posting.ts';
import type { AttemptRecord } from '../payouts/attempts.ts';
import { postReversalIn } from '../payouts/postings.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import type { Evidence } from './stored-record.ts';

export type Reversed = Evidence & { readonly reversal: { readonly reference: string } };

export async function bookReversal(
  work: Work,
  payout: PayoutRecord,
  attempt: AttemptRecord,
  record: Reversed,
): Promise<void> {
  const { reference } = record.reversal;
  const { amountMinor, atMs: effectiveAtMs } = record;
  await postReversalIn(work, payout, { key: `${payout.id}:${reference}`, amountMinor, effectiveAtMs });
  await settleReversal(work, attempt, record, payout.cycle);
  say(work, attempt, record);
}

/**
 * What people gave back to the payee before the provider did: its own record of it is what clearing
 * has been waiting for, and moves nothing else. False where nothing like it is waited for.
 */
export async function settleExpected(work: Work, attempt: AttemptRecord, record: Reversed): Promise<boolean> {
  const cycle = await cycleOwedBack(work, attempt, record.amountMinor);
  if (cycle === null) return false;
  await settleReversal(work, attempt, record, cycle);
  say(work, attempt, record);
  return true;
}

/**
 * The newest time that the payout was out and came home without the provider having said so yet, over
 * the rail and in the asset of the attempt: it may be asked for otherwise by now.
 */
async function cycleOwedBack(
  work: Work,
  { payoutId, rail, assetId }: AttemptRecord,
  amountMinor: bigint,
): Promise<bigint | null> {
  const { entity, pool } = clearingAccount(rail, assetId);
  const rows = await work.tx.rows<{ cycle: bigint; moved_minor: bigint }>(sql`
    select t.cycle, cast(sum(p.amount_minor) as bigint) as moved_minor from ledger_transactions t
    join ledger_postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
    where t.payout_id = ${payoutId} and t.cycle is not null
      and a.entity = ${entity} and a.pool = ${pool} and a.asset_id = ${assetId}
    group by t.cycle order by t.cycle desc`);
  return rows.find(({ moved_minor }) => -moved_minor >= amountMinor)?.cycle ?? null;
}

function say(work: Work, { payoutId }: AttemptRecord, { reference, reversal, amountMinor }: Reversed): void {
  work.audit({
    action: 'payout.reversed',
    subject: `payout:${payoutId}`,
    details: { reference, reversal: reversal.reference, amountMinor: amountMinor.toString() },
  });
  work.emit({
    name: 'payout.reversed',
    subject: `payout:${payoutId}`,
    payload: { amountMinor: amountMinor.toString() },
  });
}

/** It is the provider's own record that tells of it, so nothing is left to wait for. */
async function settleReversal(
  work: Work,
  { payoutId, rail, assetId }: AttemptRecord,
  record: Reversed,
  cycle: bigint,
): Promise<void> {
  const [clearing, treasury] = await openAccounts(work.tx, work.nowMs, [
    clearingAccount(rail, assetId),
    treasuryAccount(assetId),
  ]);
  if (!clearing || !treasury) throw new Error('Accounts come in the order they were asked for');
  await post(work.tx, work.actor.id, work.nowMs, {
    key: `settlement:reversal-in:${rail}:${payoutId}:${record.reversal.reference}`,
    kind: 'settlement',
    effectiveAtMs: record.atMs,
    postings: [
      { account: clearing, amountMinor: record.amountMinor },
      { account: treasury, amountMinor: -record.amountMinor },
    ],
    payoutId,
    cycle,
  });
}
