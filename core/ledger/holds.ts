/**
 * Holds: amounts owed to a payee that stay set aside until something outside is settled. Held
 * amounts stand in `reserve:held`, whose balance is always the sum of the open holds.
 */
import { sql } from 'kysely';
import type { HoldId, PayeeId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import { obligationsAccount, openAccounts, payeeAccount, reserveHeld } from './accounts.ts';
import { holdClosed, unknownHold } from './errors.ts';
import { post } from './posting.ts';

export interface NewHold {
  readonly holdId: HoldId;
  readonly payeeId: PayeeId;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
}

/** Sets the amount aside. The same hold asked for again changes nothing. */
export async function openHold(work: Work, hold: NewHold): Promise<{ readonly replayed: boolean }> {
  const { holdId, payeeId, assetId, amountMinor } = hold;
  const [payee, held] = await openAccounts(work.tx, work.nowMs, [payeeAccount(payeeId, assetId), reserveHeld(assetId)]);
  if (!payee || !held) throw new Error('Accounts come in the order they were asked for');
  const { replayed } = await post(work.tx, work.actor.id, work.nowMs, {
    key: `hold:${holdId}`,
    kind: 'hold',
    reference: `hold:${holdId}`,
    postings: [
      { account: payee, amountMinor: -amountMinor },
      { account: held, amountMinor },
    ],
  });
  if (!replayed) {
    await work.tx.write
      .insertInto('ledger_holds')
      .values({
        id: holdId,
        payee_id: payeeId,
        asset_id: assetId,
        amount_minor: amountMinor,
        status: 'open',
        opened_at_ms: BigInt(work.nowMs),
        closed_at_ms: null,
      })
      .execute();
    work.emit({ name: 'hold.opened', subject: `hold:${holdId}` });
  }
  work.audit({
    action: 'hold.open',
    subject: `hold:${holdId}`,
    details: { payeeId, assetId, amountMinor: amountMinor.toString(), replayed },
  });
  return { replayed };
}

/** `release` gives the amount back to the payee; `cancel` means that it was never owed. */
export type HoldEnd = 'release' | 'cancel';

const ENDED = { release: 'released', cancel: 'cancelled' } as const;

/** Ends a hold, exactly once: whoever comes second is told how it ended. */
export async function closeHold(work: Work, holdId: HoldId, end: HoldEnd): Promise<void> {
  const { rows } = await work.tx.run<{ payee_id: PayeeId; asset_id: AssetId; amount_minor: bigint }>(sql`
    update ledger_holds set status = ${ENDED[end]}, closed_at_ms = ${BigInt(work.nowMs)}
    where id = ${holdId} and status = 'open' returning payee_id, asset_id, amount_minor`);
  const [hold] = rows;
  if (!hold) throw await whyNotOpen(work, holdId);

  const [held, back] = await openAccounts(work.tx, work.nowMs, [
    reserveHeld(hold.asset_id),
    end === 'release' ? payeeAccount(hold.payee_id, hold.asset_id) : obligationsAccount(hold.asset_id),
  ]);
  if (!held || !back) throw new Error('Accounts come in the order they were asked for');
  await post(work.tx, work.actor.id, work.nowMs, {
    // One key for both ends, so that the books themselves take only one of them.
    key: `hold-close:${holdId}`,
    kind: end === 'release' ? 'hold_release' : 'hold_cancel',
    reference: `hold:${holdId}`,
    postings: [
      { account: held, amountMinor: -hold.amount_minor },
      { account: back, amountMinor: hold.amount_minor },
    ],
  });
  work.audit({
    action: `hold.${end}`,
    subject: `hold:${holdId}`,
    details: { assetId: hold.asset_id, amountMinor: hold.amount_minor.toString() },
  });
  work.emit({ name: `hold.${ENDED[end]}`, subject: `hold:${holdId}` });
}

async function whyNotOpen(work: Work, holdId: HoldId): Promise<Error> {
  const row = await work.tx.db.selectFrom('ledger_holds').select('status').where('id', '=', holdId).executeTakeFirst();
  return row ? holdClosed(holdId, row.status) : unknownHold(holdId);
}
