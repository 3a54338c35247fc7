/** How payouts that wait stand now, read for any number of them in one query of each kind. */
import { sql } from 'kysely';
import { listStaff, type StaffRecord } from '../../access/staff.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';
import { askersOfEach } from '../askers.ts';
import { type Standing, standingOf } from './groups.ts';
import { givenInSteps, type Need, needsOf } from './needs.ts';

export interface ApprovalIn {
  readonly giver: StaffRecord;
  readonly atMs: number;
  readonly expiresAtMs: number;
}

export interface OpenChange {
  readonly id: string;
  readonly text: string;
  readonly askedBy: string;
  readonly atMs: number;
}

export interface PayoutStanding {
  readonly need: Need;
  readonly standing: Standing;
  readonly askers: ReadonlySet<string>;
  /** How many of each step's approvals are in. */
  readonly given: readonly number[];
  /** In the order they were given. */
  readonly approvals: readonly ApprovalIn[];
  readonly changes: OpenChange | null;
}

/** By payout. */
export async function standingsOf(
  reader: Reader,
  payouts: readonly PayoutRecord[],
  nowMs: number,
  askedNow: string | null = null,
): Promise<ReadonlyMap<string, PayoutStanding>> {
  if (payouts.length === 0) return new Map();
  const needs = await needsOf(reader, payouts, nowMs);
  const askersOf = await askersOfEach(reader, payouts);
  const ids = payouts.map(({ id }) => id);
  const givenTo = await approvalsIn(reader, ids);
  const open = await changesOpen(reader, ids);
  return new Map(
    payouts.map(({ id }) => {
      const need = needs.get(id);
      const asked = askersOf.get(id);
      if (!need || !asked) throw new Error(`Payout ${id} vanished while it was judged`);
      const askers = askedNow === null ? asked : new Set([...asked, askedNow]);
      const approvals = givenTo.get(id) ?? [];
      const changes = open.get(id) ?? null;
      const givers = approvals.map(({ giver }) => giver);
      const given = givenInSteps(need.steps, givers);
      const standing = standingOf(need, given, { askers, givers, changesRequested: changes !== null });
      return [id, { need, standing, given, askers, approvals, changes }];
    }),
  );
}

/** By payout: what was given to its present revision and not voided, in order. */
async function approvalsIn(
  reader: Reader,
  payoutIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ApprovalIn[]>> {
  const rows = await reader.rows<{
    payout_id: string;
    staff_id: string;
    given_at_ms: bigint;
    expires_at_ms: bigint;
  }>(sql`
    select a.payout_id, a.staff_id, a.given_at_ms, a.expires_at_ms from ${idRows(reader, payoutIds)} as w
    join payouts p on p.id = w.id join approvals a on a.payout_id = p.id and a.revision = p.revision
    where a.voided_at_ms is null order by a.given_at_ms, a.id`);
  if (rows.length === 0) return new Map();
  const staff = new Map((await listStaff(reader)).map((person) => [person.id as string, person]));
  const approvals = rows.map((row) => {
    const giver = staff.get(row.staff_id);
    if (!giver) throw new Error('An approval is by somebody who is not on record');
    return { payoutId: row.payout_id, giver, atMs: Number(row.given_at_ms), expiresAtMs: Number(row.expires_at_ms) };
  });
  return Map.groupBy(approvals, ({ payoutId }) => payoutId);
}

async function changesOpen(reader: Reader, payoutIds: readonly string[]): Promise<ReadonlyMap<string, OpenChange>> {
  const rows = await reader.rows<{
    payout_id: string;
    id: string;
    text: string;
    asked_by: string;
    asked_at_ms: bigint;
  }>(sql`
    select c.payout_id, c.id, c.text, c.asked_by, c.asked_at_ms from ${idRows(reader, payoutIds)} as w
    join change_requests c on c.payout_id = w.id where c.closed_at_ms is null`);
  return new Map(
    rows.map((row) => [
      row.payout_id,
      { id: row.id, text: row.text, askedBy: row.asked_by, atMs: Number(row.asked_at_ms) },
    ]),
  );
}

export function idRows(reader: Reader, ids: readonly string[]) {
  return jsonRows(
    reader.dialect,
    { id: 'text' },
    ids.map((id) => ({ id })),
  );
}
