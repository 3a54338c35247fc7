/** How payouts that wait stand now, and what an approver wants changed; for any number of them at once. */
import { sql } from 'kysely';
import { invariant } from '../../errors/refusal.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';
import { policyBelieved } from '../policy/versions.ts';
import { type Standing, standingOfEach } from '../standing.ts';

export interface OpenChange {
  readonly text: string;
  readonly askedBy: string;
  readonly atMs: number;
}

export interface PayoutStanding {
  readonly standing: Standing;
  readonly changes: OpenChange | null;
}

/** By payout. */
export async function standingsOf(
  reader: Reader,
  payouts: readonly PayoutRecord[],
  nowMs: number,
): Promise<ReadonlyMap<string, PayoutStanding>> {
  if (payouts.length === 0) return new Map();
  const standings = await standingOfEach(reader, await policyBelieved(reader), payouts, nowMs);
  const changes = await changesOpen(
    reader,
    payouts.map(({ id }) => id),
  );
  return new Map(
    payouts.map(({ id }) => {
      const standing = standings.get(id);
      invariant(standing, 'a payout stands somewhere');
      return [id, { standing, changes: changes.get(id) ?? null }];
    }),
  );
}

/** By payout. */
export async function changesOpen(
  reader: Reader,
  payoutIds: readonly string[],
): Promise<ReadonlyMap<string, OpenChange>> {
  const rows = await reader.rows<{ payout_id: string; text: string; asked_by: string; asked_at_ms: bigint }>(sql`
    select c.payout_id, c.text, c.asked_by, c.asked_at_ms from ${idRows(reader, payoutIds)} as w
    join change_requests c on c.payout_id = w.id where c.closed_at_ms is null`);
  return new Map(
    rows.map((row) => [row.payout_id, { text: row.text, askedBy: row.asked_by, atMs: Number(row.asked_at_ms) }]),
  );
}

export function idRows(reader: Reader, ids: readonly string[]) {
  return jsonRows(
    reader.dialect,
    { id: 'text' },
    ids.map((id) => ({ id })),
  );
}
