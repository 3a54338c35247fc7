/**
 * A mistake is corrected by the opposite postings, which name what they reverse. What belongs to
 * the life of a payout or a hold is not reversed here: their own steps put it right, or the books
 * would say something else than the payout does.
 */
import { sql } from 'kysely';
import type { LedgerKind } from '../contract/ledger-records.ts';
import type { Work } from '../store/command.ts';
import type { Tx } from '../store/tx.ts';
import { notReversible } from './errors.ts';
import { moveLots, movesOf } from './lots.ts';
import { post } from './posting.ts';
import { getTransaction, postingsOf, type RecordedTransaction } from './transactions.ts';

type Reversible = 'always' | 'unless something rests on it' | 'with untouched lots' | 'by what it belongs to' | 'never';

const REVERSIBLE: { readonly [K in LedgerKind]: Reversible } = {
  obligation: 'unless something rests on it',
  escrow: 'by what it belongs to',
  escrow_release: 'by what it belongs to',
  settlement: 'by what it belongs to',
  fee: 'always',
  reversal_in: 'by what it belongs to',
  overpaid: 'by what it belongs to',
  funding: 'always',
  fx: 'always',
  hold: 'by what it belongs to',
  hold_release: 'by what it belongs to',
  hold_cancel: 'by what it belongs to',
  mint: 'with untouched lots',
  // The return of credits: the very lots that were taken from are filled again.
  spend: 'always',
  expire: 'never',
  adjustment: 'always',
  reversal: 'never',
};

/** How the key of what a royalty statement makes owed begins. */
export const STATEMENT_DEBT = 'obligation:statement:';

export async function reverseTransaction(work: Work, id: bigint, reason: string): Promise<{ readonly id: bigint }> {
  const { tx } = work;
  // Two people may reverse the same one: the second waits here, and finds it reversed.
  if (tx.dialect === 'postgres') await tx.run(sql`select id from ledger_transactions where id = ${id} for update`);
  const original = await getTransaction(tx, id);
  await refuseIrreversible(tx, original);

  const reversal = await post(tx, work.actor.id, work.nowMs, {
    key: `reversal:${id}`,
    kind: 'reversal',
    reversesId: id,
    reason,
    postings: (await postingsOf(tx, id)).map(({ account, amountMinor }) => ({ account, amountMinor: -amountMinor })),
    ...(original.payoutId === null ? {} : { payoutId: original.payoutId }),
  });
  const moves = await movesOf(tx, id);
  // The posting has locked the balance: what was spent in the meantime shows now, and no more will be.
  if (original.kind === 'mint') await refuseTouchedLots(tx, id);
  await moveLots(
    tx,
    moves.map(({ lotId, amountMinor }) => ({ transactionId: reversal.id, lotId, amountMinor: -amountMinor })),
  );
  work.audit({
    action: 'ledger.reverse',
    subject: `transaction:${id}`,
    details: { kind: original.kind, reversal: reversal.id.toString(), reason },
  });
  work.emit({ name: 'ledger.reversed', subject: `transaction:${id}` });
  return { id: reversal.id };
}

async function refuseIrreversible(tx: Tx, original: RecordedTransaction): Promise<void> {
  const { id, key, kind, payoutId, reversedById } = original;
  if (reversedById !== null)
    throw notReversible(id, 'reversed', `It was reversed already, by transaction ${reversedById}.`);
  switch (REVERSIBLE[kind]) {
    case 'always':
      return;
    case 'never':
      if (kind === 'reversal')
        throw notReversible(id, 'reversal', 'A reversal is not reversed: post what is right anew.');
      throw notReversible(id, 'kind', 'Credits that expired went back to their funder: mint them anew.');
    case 'by what it belongs to':
      throw notReversible(id, 'kind', 'It belongs to a payout or a hold, whose own steps correct it.');
    case 'unless something rests on it':
      if (payoutId !== null && (await isAlive(tx, payoutId))) {
        throw notReversible(id, 'payout', 'A payout rests on this debt: cancel the payout first.');
      }
      // An edit took the older debt back already; reversed as well, it would be taken back twice.
      if (payoutId !== null && (await debtInForce(tx, payoutId))?.id !== id) {
        throw notReversible(id, 'revision', 'The payout was edited: reverse the debt of its last revision.');
      }
      // Deleting the statement takes back what is left of it; reversed as well, it would be taken back twice.
      if (key.startsWith(STATEMENT_DEBT)) {
        throw notReversible(id, 'statement', 'A royalty statement rests on this debt: delete the statement instead.');
      }
      return;
    case 'with untouched lots':
      await refuseTouchedLots(tx, id);
      return;
  }
}

/** What the payout's last revision made owed, the last of its debts; the others took each other back. */
export async function debtInForce(
  tx: Tx,
  payoutId: string,
): Promise<{ readonly id: bigint; readonly reversed: boolean } | null> {
  const [debt] = await tx.rows<{ id: bigint; reversed: bigint }>(sql`
    select t.id, cast((select count(*) from ledger_transactions r where r.reverses_id = t.id) as bigint) as reversed
    from ledger_transactions t where t.payout_id = ${payoutId} and t.kind = 'obligation' order by t.id desc limit 1`);
  return debt ? { id: debt.id, reversed: debt.reversed > 0n } : null;
}

/** The payout is kept from coming back to life until this transaction ends. */
async function isAlive(tx: Tx, payoutId: string): Promise<boolean> {
  if (tx.dialect === 'postgres') await tx.run(sql`select id from payouts where id = ${payoutId} for update`);
  const row = await tx.db.selectFrom('payouts').select('status').where('id', '=', payoutId).executeTakeFirst();
  return row !== undefined && row.status !== 'cancelled' && row.status !== 'failed';
}

async function refuseTouchedLots(tx: Tx, mintId: bigint): Promise<void> {
  const touched = await tx.rows(sql`
    select id from credit_lots where mint_transaction_id = ${mintId} and remaining_minor <> amount_minor limit 1`);
  if (touched.length > 0) throw notReversible(mintId, 'lots', 'Some of the credits have been spent or have expired.');
}
