/**
 * Confirming destinations, one or thousands at once. A person stands for them, and where there is
 * another person who could, it is not the one who proposed them.
 */

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { refreshQueueOfPayees } from '../approvals/queue/refresh.ts';
import { canonical } from '../canonical/canonical.ts';
import type { Role } from '../contract/words.ts';
import { invariant, Refusal } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { described } from './destinations.ts';
import { destinationNotProposed, ownProposal, payeeClosed, unknownDestination } from './errors.ts';
import { type DestinationRecord, type DestinationRow, destinationFromRow, idRows } from './payees.ts';
import { networkOf, readSafeguards } from './safeguards.ts';
import { NOT_SCREENED, recordScreenings, type Screened } from './screening.ts';

export const CONFIRMING_ROLES: readonly Role[] = ['operator', 'approver'];

export interface Confirmed {
  readonly confirmed: number;
  readonly usableFromMs: number;
}

/** Those named, and nothing else: all of them or none. */
export async function confirmDestinations(
  work: Work,
  destinationIds: readonly string[],
  screened: Screened = NOT_SCREENED,
): Promise<Confirmed> {
  invariant(work.actor.kind === 'staff', 'destinations are confirmed by people');
  const destinations = await proposedOnes(work, destinationIds);
  const own = destinations.find(({ proposedBy }) => proposedBy === work.actor.id);
  if (own && !(await mayConfirmOwn(work.tx, work.actor.id))) throw ownProposal(own.id);
  return confirm(work, destinations, screened);
}

/** For filling a sandbox with things to try out; refused wherever there is real money. */
export async function confirmInSandbox(work: Work, destinationIds: readonly string[]): Promise<Confirmed> {
  if ((await networkOf(work.tx)) !== 'sandbox') throw new Refusal('sandbox.only');
  return confirm(work, await proposedOnes(work, destinationIds), NOT_SCREENED);
}

/** Only while setting up a sandbox alone: nobody else could. */
export async function mayConfirmOwn(reader: Reader, staffId: string): Promise<boolean> {
  if ((await networkOf(reader)) !== 'sandbox') return false;
  const other = await reader.db
    .selectFrom('staff')
    .innerJoin('staff_roles', 'staff_roles.staff_id', 'staff.id')
    .select('staff.id')
    .where('staff.status', '=', 'active')
    .where('staff.id', '<>', staffId)
    .where('staff_roles.revoked_at_ms', 'is', null)
    .where('staff_roles.role', 'in', CONFIRMING_ROLES)
    .limit(1)
    .executeTakeFirst();
  return other === undefined;
}

async function proposedOnes(work: Work, destinationIds: readonly string[]): Promise<readonly DestinationRecord[]> {
  const { tx } = work;
  const ids = [...new Set(destinationIds)];
  const wanted = idRows(tx, ids);
  if (tx.dialect === 'postgres') {
    // In one order, so that two confirmations wait for each other instead of deadlocking.
    await tx.run(sql`select d.id from ${wanted} as w join destinations d on d.id = w.id order by d.id for update of d`);
  }
  const rows = await tx.rows<DestinationRow & { payee_status: 'active' | 'closed' }>(sql`
    select d.*, p.status as payee_status from ${wanted} as w
    join destinations d on d.id = w.id join payees p on p.id = d.payee_id order by d.id`);
  const found = new Set(rows.map((row) => row.id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw unknownDestination(missing);
  for (const row of rows) {
    if (row.status !== 'proposed') throw destinationNotProposed(row.id, row.status);
    if (row.payee_status === 'closed') throw payeeClosed(row.payee_id);
  }
  return rows.map(destinationFromRow);
}

async function confirm(work: Work, destinations: readonly DestinationRecord[], screened: Screened): Promise<Confirmed> {
  const { tx } = work;
  const { coolOffMs } = await readSafeguards(tx);
  const usableFromMs = work.nowMs + coolOffMs;
  const wanted = idRows(
    tx,
    destinations.map(({ id }) => id),
  );
  const { changed } = await tx.run(sql`
    update destinations set status = 'confirmed', confirmed_at_ms = ${BigInt(work.nowMs)},
      confirmed_by = ${work.actor.id}, usable_from_ms = ${BigInt(usableFromMs)}
    where status = 'proposed' and id in (select w.id from ${wanted} as w)`);
  invariant(Number(changed) === destinations.length, 'every proposed destination was confirmed');
  await retireReplaced(work, destinations);
  await recordScreenings(work, await namesOf(tx, destinations), destinations, screened);
  await refreshQueueOfPayees(
    work,
    destinations.map(({ payeeId }) => payeeId),
  );
  note(work, destinations, usableFromMs);
  return { confirmed: destinations.length, usableFromMs };
}

async function retireReplaced(work: Work, destinations: readonly DestinationRecord[]): Promise<void> {
  const replaced = destinations.flatMap(({ replacesId }) => replacesId ?? []);
  if (replaced.length === 0) return;
  await work.tx.run(sql`
    update destinations set status = 'retired', retired_at_ms = ${BigInt(work.nowMs)}
    where status <> 'retired' and id in (select w.id from ${idRows(work.tx, replaced)} as w)`);
}

/** Whose they are, by name. */
export async function namesOf(reader: Reader, destinations: readonly DestinationRecord[]) {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    [...new Set(destinations.map(({ payeeId }) => payeeId))].map((id) => ({ id })),
  );
  return reader.rows<{ id: DestinationRecord['payeeId']; name: string }>(
    sql`select p.id, p.name from ${wanted} as w join payees p on p.id = w.id`,
  );
}

function note(work: Work, destinations: readonly DestinationRecord[], usableFromMs: number): void {
  const [only, ...others] = destinations;
  if (!only) return;
  if (others.length === 0) {
    work.audit({
      action: 'destination.confirm',
      subject: `payee:${only.payeeId}`,
      details: { ...described(only), proposedBy: only.proposedBy, usableFromMs, replaces: only.replacesId },
    });
    work.emit({ name: 'payee.destination_confirmed', subject: `payee:${only.payeeId}` });
    return;
  }
  const hash = createHash('sha256');
  for (const destination of destinations) hash.update(`${canonical(described(destination))}\n`);
  work.audit({
    action: 'destination.confirm',
    subject: 'payees',
    details: { destinations: destinations.length, usableFromMs, sha256: hash.digest('hex') },
  });
  work.emit({ name: 'payee.destination_confirmed', subject: 'payees', payload: { destinations: destinations.length } });
}
