/**
 * What a payout's transitions move in the books. Each ordinary step and each resolution of a
 * quarantine moves the amount from where it stands to where it should stand, so the postings
 * follow from the two standings alone.
 */

import { sql } from 'kysely';
import type { LedgerKind } from '../contract/ledger-records.ts';
import type { RailName } from '../contract/payees.ts';
import type { PayeeId, PayoutId } from '../ids/ids.ts';
import {
  type AccountSpec,
  clearingAccount,
  obligationsAccount,
  openAccounts,
  overpaidReceivable,
  payeeAccount,
  treasuryAccount,
  withdrawalPending,
} from '../ledger/accounts.ts';
import { type LedgerDraft, post, postMany } from '../ledger/posting.ts';
import { debtInForce } from '../ledger/reversal.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import { isUneditedSince, latestAttempt } from './attempts.ts';
import type { Standing } from './transitions.ts';

export interface MovingPayout {
  readonly id: PayoutId;
  readonly payeeId: PayeeId;
  readonly rail: RailName;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly cycle: bigint;
  readonly version: bigint;
}

interface Movement {
  readonly kind: LedgerKind;
  readonly key: string;
  readonly amountMinor: bigint;
  readonly from: AccountSpec;
  readonly to: AccountSpec;
  readonly cycle: bigint;
}

export interface StandingMove {
  /** The cycle that the amount is in afterwards. */
  readonly cycle: bigint;
  readonly movements: readonly Movement[];
}

/** What moves the amount from one standing to another. */
export async function planMove(
  work: Work,
  payout: MovingPayout,
  from: Standing,
  to: Standing,
  paidAfterReturn: boolean,
): Promise<StandingMove> {
  const isOut = from === 'out';
  const overpaid = isOut ? await wasOverpaid(work, payout) : paidAfterReturn;
  const amounts = {
    outMinor: isOut && to !== 'out' ? await outMinor(work, payout) : payout.amountMinor,
    returnedMinor: !isOut && to === 'out' && overpaid ? await returnedMinor(work, payout) : payout.amountMinor,
  };
  // Where all of it had come back by itself, there is nothing left to move.
  const movements = plan(payout, amounts, from, to, overpaid).filter(({ amountMinor }) => amountMinor > 0n);
  return { cycle: movements.at(-1)?.cycle ?? payout.cycle, movements };
}

/**
 * Posts it. The keys make it impossible to open or close a cycle twice: a release and a return of
 * one cycle share theirs.
 */
export async function postMove(work: Work, payout: MovingPayout, move: StandingMove): Promise<void> {
  await postMoves(work, [{ payout, move }]);
}

export async function postMoves(
  work: Work,
  moves: readonly { readonly payout: MovingPayout; readonly move: StandingMove }[],
): Promise<void> {
  const movements = moves.flatMap(({ payout, move }) => move.movements.map((movement) => ({ payout, movement })));
  const specs = movements.flatMap(({ movement }) => [movement.from, movement.to]);
  const accounts = await openAccounts(work.tx, work.nowMs, specs);
  const drafts = movements.map(({ payout, movement }, index): LedgerDraft => {
    const source = accounts[index * 2];
    const target = accounts[index * 2 + 1];
    if (!source || !target) throw new Error('Accounts come in the order they were asked for');
    return {
      key: movement.key,
      kind: movement.kind,
      postings: [
        { account: source, amountMinor: -movement.amountMinor },
        { account: target, amountMinor: movement.amountMinor },
      ],
      payoutId: payout.id,
      cycle: movement.cycle,
    };
  });
  await postMany(work.tx, work.actor.id, work.nowMs, drafts);
}

/** True when the amount is out because it was paid after it had gone back to the payee. */
async function wasOverpaid({ tx }: Work, payout: MovingPayout): Promise<boolean> {
  const latest = await tx.db
    .selectFrom('ledger_transactions')
    .select('kind')
    .where('payout_id', '=', payout.id)
    // What came back of it since says nothing about how it went out.
    .where('kind', 'in', ['escrow_release', 'overpaid'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return latest?.kind === 'overpaid';
}

/** How much of what went out in this cycle has not come back yet: its amount, less what the provider reversed. */
export async function outMinor({ tx }: Work, payout: MovingPayout): Promise<bigint> {
  const clearing = clearingAccount(payout.rail, payout.assetId);
  const rows = await tx.rows<{ amount_minor: bigint }>(sql`
    select p.amount_minor from ledger_transactions t
    join ledger_postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
    where t.payout_id = ${payout.id} and t.cycle = ${payout.cycle}
      and t.kind in ('escrow_release', 'overpaid', 'reversal_in') and a.entity = ${clearing.entity} and a.pool = ${clearing.pool}`);
  return rows.reduce((sum, row) => sum + row.amount_minor, 0n);
}

/**
 * What the payee was given back when the payout came home: all of it out of escrow, or as much as
 * the provider had not reversed before.
 */
async function returnedMinor({ tx }: Work, payout: MovingPayout): Promise<bigint> {
  const last = await latestAttempt(tx, payout.id);
  // Edited since: what was given back then is of another payment, and this one was never given back in part.
  if (last && !isUneditedSince(payout, last)) return payout.amountMinor;
  const rows = await tx.rows<{ kind: string; key: string; amount_minor: bigint }>(sql`
    select t.kind, t.key, p.amount_minor from ledger_transactions t
    join ledger_postings p on p.transaction_id = t.id
    where t.payout_id = ${payout.id} and t.cycle = ${payout.cycle}
      and t.kind in ('escrow_release', 'overpaid', 'reversal_in') and p.amount_minor > 0`);
  const cameBack = rows.filter(({ kind }) => kind === 'reversal_in');
  // It never left its escrow but for home.
  if (cameBack.length === 0) return payout.amountMinor;
  const byTransition = cameBack.filter(({ key }) => key.startsWith(COME_BACK));
  return byTransition.reduce((sum, row) => sum + row.amount_minor, 0n);
}

/** Told from a provider's own reversal by its key. */
const COME_BACK = 'reversal:';

/** `overpaid`: the payee has had the amount back already, and it is owed to the treasury meanwhile. */
function plan(
  payout: MovingPayout,
  { outMinor, returnedMinor }: { readonly outMinor: bigint; readonly returnedMinor: bigint },
  from: Standing,
  to: Standing,
  overpaid: boolean,
): readonly Movement[] {
  const { amountMinor } = payout;
  const payee = payeeAccount(payout.payeeId, payout.assetId);
  const pending = withdrawalPending(payout.assetId);
  const clearing = clearingAccount(payout.rail, payout.assetId);
  const receivable = overpaidReceivable(payout.assetId);
  const close = (cycle: bigint) => `escrow-close:${payout.id}:${cycle}`;

  const open = (cycle: bigint): Movement => ({
    kind: 'escrow',
    key: `escrow:${payout.id}:${cycle}`,
    amountMinor,
    from: payee,
    to: pending,
    cycle,
  });
  const release = (cycle: bigint): Movement => ({
    kind: 'escrow_release',
    key: close(cycle),
    amountMinor,
    from: pending,
    to: clearing,
    cycle,
  });
  const giveBack = (cycle: bigint): Movement => ({
    kind: 'escrow_release',
    key: close(cycle),
    amountMinor,
    from: pending,
    to: payee,
    cycle,
  });
  const comeBack: Movement = {
    kind: 'reversal_in',
    key: `${COME_BACK}${payout.id}:${payout.version}`,
    amountMinor: outMinor,
    from: clearing,
    to: overpaid ? receivable : payee,
    cycle: payout.cycle,
  };
  const next = payout.cycle + 1n;
  // Money that leaves again is a cycle of its own, so that each is settled once.
  const payAgain: Movement = {
    kind: 'overpaid',
    key: `overpaid:${payout.id}:${payout.version}`,
    amountMinor: returnedMinor,
    from: receivable,
    to: clearing,
    cycle: next,
  };
  const moves: Record<Standing, Record<Standing, readonly Movement[]>> = {
    home: { home: [], held: [open(next)], out: overpaid ? [payAgain] : [open(next), release(next)] },
    held: { home: [giveBack(payout.cycle)], held: [], out: [release(payout.cycle)] },
    out: { home: [comeBack], held: [comeBack, open(next)], out: [] },
  };
  return moves[from][to];
}

interface OwingPayout extends MovingPayout {
  readonly funding: 'direct' | 'balance';
  readonly revision: bigint;
}

/** The debts that direct requests make: each payee is owed the amount from now on. */
export async function postObligations(work: Work, payouts: readonly OwingPayout[]): Promise<void> {
  const direct = payouts.filter(({ funding }) => funding === 'direct');
  await postDebts(
    work,
    direct.map((payout) => ({ payout, amountMinor: payout.amountMinor, key: obligationKey('obligation', payout) })),
  );
}

/** An edit changed what a direct request owes: the old debt is taken back, the new one made. */
export async function moveObligation(work: Work, before: OwingPayout, after: OwingPayout): Promise<void> {
  if (before.funding !== 'direct') return;
  if (before.assetId === after.assetId && before.amountMinor === after.amountMinor) return;
  const takenBack = (await debtInForce(work.tx, before.id))?.reversed === true;
  await postDebts(work, [
    // A reversal took it back while the payout had failed.
    ...(takenBack
      ? []
      : [{ payout: before, amountMinor: -before.amountMinor, key: obligationKey('obligation-back', after) }]),
    { payout: after, amountMinor: after.amountMinor, key: obligationKey('obligation', after) },
  ]);
}

/** One debt for each revision of a payout. */
function obligationKey(name: string, { id, revision }: OwingPayout): string {
  return `${name}:${id}:${revision}`;
}

interface Debt {
  readonly payout: OwingPayout;
  /** Negative where a debt is taken back. */
  readonly amountMinor: bigint;
  readonly key: string;
}

async function postDebts(work: Work, debts: readonly Debt[]): Promise<void> {
  const specs = debts.flatMap(({ payout }) => [
    obligationsAccount(payout.assetId),
    payeeAccount(payout.payeeId, payout.assetId),
  ]);
  const accounts = await openAccounts(work.tx, work.nowMs, specs);
  const drafts = debts.map(({ payout, amountMinor, key }, index): LedgerDraft => {
    const obligations = accounts[index * 2];
    const payee = accounts[index * 2 + 1];
    if (!obligations || !payee) throw new Error('Accounts come in the order they were asked for');
    return {
      key,
      kind: 'obligation',
      postings: [
        { account: obligations, amountMinor: -amountMinor },
        { account: payee, amountMinor },
      ],
      payoutId: payout.id,
    };
  });
  await postMany(work.tx, work.actor.id, work.nowMs, drafts);
}

export interface ReversalIn {
  /** The provider's own name for the reversal; the same one is never posted twice. */
  readonly key: string;
  /** All of the payment, or a part of it. */
  readonly amountMinor: bigint;
  readonly effectiveAtMs: number;
}

/** A completed payment came back, whole or in part: that much is owed to the payee again, or by them no more. */
export async function postReversalIn(work: Work, payout: MovingPayout, reversal: ReversalIn): Promise<void> {
  // Paid on top of a return, it was the payee who owed it.
  const overpaid = await wasOverpaid(work, payout);
  const [clearing, owed] = await openAccounts(work.tx, work.nowMs, [
    clearingAccount(payout.rail, payout.assetId),
    overpaid ? overpaidReceivable(payout.assetId) : payeeAccount(payout.payeeId, payout.assetId),
  ]);
  if (!clearing || !owed) throw new Error('Accounts come in the order they were asked for');
  await post(work.tx, work.actor.id, work.nowMs, {
    key: `reversal-in:${payout.rail}:${reversal.key}`,
    kind: 'reversal_in',
    effectiveAtMs: reversal.effectiveAtMs,
    postings: [
      { account: clearing, amountMinor: -reversal.amountMinor },
      { account: owed, amountMinor: reversal.amountMinor },
    ],
    payoutId: payout.id,
    cycle: payout.cycle,
  });
}

/** The provider's own record agrees: the money has left the treasury. */
export async function postSettlement(work: Work, payout: MovingPayout, effectiveAtMs: number): Promise<void> {
  const [clearing, treasury] = await openAccounts(work.tx, work.nowMs, [
    clearingAccount(payout.rail, payout.assetId),
    treasuryAccount(payout.assetId),
  ]);
  if (!clearing || !treasury) throw new Error('Accounts come in the order they were asked for');
  await post(work.tx, work.actor.id, work.nowMs, {
    key: `settlement:${payout.id}:${payout.cycle}`,
    kind: 'settlement',
    effectiveAtMs,
    postings: [
      { account: clearing, amountMinor: -payout.amountMinor },
      { account: treasury, amountMinor: payout.amountMinor },
    ],
    payoutId: payout.id,
    cycle: payout.cycle,
  });
}
