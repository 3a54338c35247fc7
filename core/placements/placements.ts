/**
 * Placements: what the customer's own system calls a candidate placed, a deal closed. All that is
 * kept of one is the day its guarantee is complete, on which payouts fall due and holds are
 * released. The day is one for all of them: moving it moves them all.
 */
import { sql } from 'kysely';
import { Refusal } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { noGuarantee, otherGuarantee, unknownPlacement } from './errors.ts';

const DAY_MS = 24 * 3_600_000;

/** A day begins at midnight UTC, wherever the server stands. */
export function guaranteeAtMs(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** Today is not past: the guarantee is complete on that day. */
export const isPastDay = (date: string, nowMs: number): boolean => guaranteeAtMs(date) + DAY_MS <= nowMs;

export interface PlacementRecord {
  readonly id: string;
  readonly guaranteeCompletionDate: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export async function getPlacement(reader: Reader, id: string): Promise<PlacementRecord> {
  const row = await reader.db.selectFrom('placements').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownPlacement(id);
  return {
    id: row.id,
    guaranteeCompletionDate: row.guarantee_completion_date,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

/** Makes the placement known, keeps it from being moved until the transaction ends, and gives its day. */
async function holdPlacement(work: Work, id: string): Promise<string | null> {
  const at = BigInt(work.nowMs);
  const { rows } = await work.tx.run<{ date: string | null }>(sql`
    insert into placements (id, guarantee_completion_date, created_at_ms, updated_at_ms) values (${id}, null, ${at}, ${at})
    on conflict (id) do update set updated_at_ms = placements.updated_at_ms
    returning guarantee_completion_date as date`);
  return rows[0]?.date ?? null;
}

/** A time of its own, or the day of a placement's guarantee. */
export interface When {
  readonly placementId?: string | undefined;
  readonly atMs?: number | undefined;
  readonly onGuarantee?: boolean | undefined;
  /** What the caller knows of the placement; kept when nothing was known, refused when it differs. */
  readonly guaranteeCompletionDate?: string | undefined;
}

export interface Settled {
  readonly atMs: number | null;
  readonly onGuarantee: boolean;
}

/** `past` makes the refusal of a time that is over. */
export async function settleWhen(work: Work, when: When, past: (atMs: number) => Refusal): Promise<Settled> {
  const { placementId, atMs, guaranteeCompletionDate: date } = when;
  const onGuarantee = when.onGuarantee ?? (atMs === undefined && date !== undefined);
  if (onGuarantee && atMs !== undefined)
    throw invalid('A time of its own and the day of the guarantee exclude each other.');
  if ((onGuarantee || date !== undefined) && placementId === undefined)
    throw invalid('Give a time, or the placement whose guarantee it waits for.');
  if (placementId !== undefined) await learn(work, placementId, date);
  if (!onGuarantee) {
    if (atMs !== undefined && atMs <= work.nowMs) throw past(atMs);
    return { atMs: atMs ?? null, onGuarantee: false };
  }
  const { guaranteeCompletionDate: known } = await getPlacement(work.tx, placementId ?? '');
  if (known === null) throw noGuarantee(placementId ?? '');
  if (isPastDay(known, work.nowMs)) throw past(guaranteeAtMs(known));
  return { atMs: guaranteeAtMs(known), onGuarantee: true };
}

async function learn(work: Work, id: string, date: string | undefined): Promise<void> {
  const known = await holdPlacement(work, id);
  if (date === undefined || date === known) return;
  if (known !== null) throw otherGuarantee(id, known);
  await work.tx.run(sql`
    update placements set guarantee_completion_date = ${date}, updated_at_ms = ${BigInt(work.nowMs)} where id = ${id}`);
}

const invalid = (sentence: string) => new Refusal('input.invalid', { field: 'guaranteeCompletionDate' }, sentence);

export interface MovedPlacement {
  readonly schedules: number;
  readonly holds: number;
}

/** The guarantee ends on another day: what waits for it and has not happened moves along. */
export async function movePlacement(
  work: Work,
  input: { readonly placementId: string; readonly guaranteeCompletionDate: string; readonly reason: string },
): Promise<MovedPlacement> {
  const { placementId: id, guaranteeCompletionDate: date } = input;
  const { tx } = work;
  if (tx.dialect === 'postgres') await tx.run(sql`select id from placements where id = ${id} for update`);
  const before = await getPlacement(tx, id);
  if (isPastDay(date, work.nowMs)) throw new Refusal('schedule.past', { guaranteeCompletionDate: date });
  const at = BigInt(work.nowMs);
  const dueAt = BigInt(guaranteeAtMs(date));
  await tx.run(sql`update placements set guarantee_completion_date = ${date}, updated_at_ms = ${at} where id = ${id}`);
  const { changed: schedules } = await tx.run(sql`
    update payout_schedules set due_at_ms = ${dueAt}, version = version + 1, updated_at_ms = ${at}
    where placement_id = ${id} and on_guarantee = 1 and status in ('pending', 'failed') and deleted_at_ms is null`);
  const { changed: holds } = await tx.run(sql`
    update escrow_holds set release_at_ms = ${dueAt}, version = version + 1, updated_at_ms = ${at}
    where placement_id = ${id} and on_guarantee = 1 and status = 'active'`);
  const moved = { schedules: Number(schedules), holds: Number(holds) };
  work.audit({
    action: 'placement.move',
    subject: `placement:${id}`,
    details: { from: before.guaranteeCompletionDate, to: date, reason: input.reason, ...moved },
  });
  work.emit({ name: 'placement.moved', subject: `placement:${id}` });
  return moved;
}
