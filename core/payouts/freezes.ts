/** Freezes: anyone on staff stops payments of the vault, a rail, an asset or a payee; two people let them go on. */
import type { Freeze } from '../contract/acts.ts';
import { RAILS, type RailName } from '../contract/payees.ts';
import type { FreezeId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { freezeExists, freezeTarget, frozen, unknownFreeze } from './errors.ts';
import { holdStill, stopPayments } from './hold-still.ts';

export interface FreezeRequest {
  readonly scope: Freeze['scope'];
  /** Empty for the whole vault. */
  readonly target: string;
  readonly reason: string;
}

export async function freeze(work: Work, input: FreezeRequest): Promise<Freeze> {
  await stopPayments(work.tx);
  await refuseUnknownTarget(work.tx, input);
  const id: FreezeId = work.ids.next('freeze');
  const inserted = await work.tx.write
    .insertInto('freezes')
    .values({
      id,
      scope: input.scope,
      target: input.target,
      reason: input.reason,
      frozen_by: work.actor.id,
      frozen_at_ms: BigInt(work.nowMs),
      lifted_at_ms: null,
    })
    .onConflict((conflict) => conflict.columns(['scope', 'target']).where('lifted_at_ms', 'is', null).doNothing())
    .returning('id')
    .execute();
  if (inserted.length === 0) throw freezeExists(input.scope, input.target);
  work.audit({
    action: 'freeze.set',
    subject: `freeze:${id}`,
    details: { scope: input.scope, target: input.target, reason: input.reason },
  });
  work.emit({ name: 'freeze.set', subject: `freeze:${id}` });
  return { id, ...input, frozenBy: work.actor.name, frozenAtMs: work.nowMs };
}

async function refuseUnknownTarget(reader: Reader, { scope, target }: FreezeRequest): Promise<void> {
  const known = await isTarget(reader, scope, target);
  if (!known) throw freezeTarget(scope, target);
}

async function isTarget(reader: Reader, scope: Freeze['scope'], target: string): Promise<boolean> {
  switch (scope) {
    case 'vault':
      return target === '';
    case 'rail':
      return RAILS.includes(target as RailName);
    case 'asset':
      return (
        (await reader.db.selectFrom('assets').select('id').where('id', '=', target).executeTakeFirst()) !== undefined
      );
    case 'payee':
      return (
        (await reader.db.selectFrom('payees').select('id').where('id', '=', target).executeTakeFirst()) !== undefined
      );
  }
}

/** Carried out by the second of two signatures. */
export async function liftFreeze(work: Work, id: string): Promise<void> {
  const lifted = await work.tx.write
    .updateTable('freezes')
    .set({ lifted_at_ms: BigInt(work.nowMs) })
    .where('id', '=', id)
    .where('lifted_at_ms', 'is', null)
    .returning('id')
    .execute();
  if (lifted.length === 0) throw unknownFreeze(id);
  work.audit({ action: 'freeze.lift', subject: `freeze:${id}` });
  work.emit({ name: 'freeze.lifted', subject: `freeze:${id}` });
}

export async function freezesInForce(reader: Reader): Promise<readonly Freeze[]> {
  const rows = await reader.db
    .selectFrom('freezes')
    .leftJoin('staff', 'staff.id', 'freezes.frozen_by')
    .select(['freezes.id', 'scope', 'target', 'reason', 'frozen_by', 'frozen_at_ms', 'staff.name'])
    .where('lifted_at_ms', 'is', null)
    .orderBy('frozen_at_ms')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    scope: row.scope,
    target: row.target,
    reason: row.reason,
    frozenBy: row.name ?? row.frozen_by,
    frozenAtMs: Number(row.frozen_at_ms),
  }));
}

export interface Stoppable {
  readonly rail: string;
  readonly assetId: string;
  readonly payeeId: string;
}

/** The freeze that stops this payment, if there is one. */
export async function freezeOver(reader: Reader, payout: Stoppable): Promise<Freeze | null> {
  const hit = (await freezesInForce(reader)).find(
    ({ scope, target }) =>
      scope === 'vault' ||
      (scope === 'rail' && target === payout.rail) ||
      (scope === 'asset' && target === payout.assetId) ||
      (scope === 'payee' && target === payout.payeeId),
  );
  return hit ?? null;
}

/** Nothing frozen starts processing. What is in processing goes on, and so does sync. */
export async function refuseFrozen(tx: Tx, payout: Stoppable): Promise<void> {
  await holdStill(tx);
  await refuseFrozenSoFar(tx, payout);
}

/** For what is asked beforehand: a freeze may still come before it is written down. */
export async function refuseFrozenSoFar(reader: Reader, payout: Stoppable): Promise<void> {
  const hit = await freezeOver(reader, payout);
  if (hit) throw frozen(hit.scope, hit.target, hit.reason);
}
