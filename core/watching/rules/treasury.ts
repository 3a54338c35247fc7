/** Whether the treasury holds what people want it to hold, and what it will soon have to pay. */
import { sql } from 'kysely';
import { NEVER_MS } from '../../approvals/queue/refresh.ts';
import { type Position, treasuryPosition } from '../../ledger/balances.ts';
import { DAY_MS, type Finding, type Look } from './finding.ts';

const ofAsset = ({ assetId, assetCode, scale, availableMinor }: Position) => ({
  assetId,
  assetCode,
  scale,
  availableMinor: availableMinor.toString(),
});

export async function treasuryLow({ reader, floors }: Look): Promise<readonly Finding[]> {
  if (floors.size === 0) return [];
  return (await treasuryPosition(reader)).flatMap((position): Finding[] => {
    const floorMinor = floors.get(position.assetId);
    if (floorMinor === undefined || position.availableMinor >= floorMinor) return [];
    return [
      {
        subject: `asset:${position.assetId}`,
        sinceMs: null,
        facts: { rule: 'treasury_low', ...ofAsset(position), floorMinor: floorMinor.toString() },
      },
    ];
  });
}

/**
 * What is available, less what waits for approval and is due by then, less what is scheduled by then.
 * What is approved is held already, so it is not available any more.
 */
export async function treasuryShort({ reader, thresholds, nowMs }: Look): Promise<readonly Finding[]> {
  const days = thresholds.short_days;
  const horizon = BigInt(nowMs + days * DAY_MS);
  const rows = await reader.rows<{ asset_id: string; due: bigint }>(sql`
    select asset_id, cast(sum(due) as bigint) as due from (
      select g.asset_id, sum(q.amount_minor) as due from approval_queue q join approval_queue_groups g on g.id = q.group_id
        where q.due_at_ms <= ${horizon} or q.due_at_ms = ${NEVER_MS} group by g.asset_id
      union all
      select asset_id, sum(amount_minor) as due from payout_schedules
        where status = 'pending' and due_at_ms <= ${horizon} group by asset_id) as falls_due
    group by asset_id`);
  const due = new Map(rows.map((row) => [row.asset_id, row.due]));
  return (await treasuryPosition(reader)).flatMap((position): Finding[] => {
    const dueMinor = due.get(position.assetId) ?? 0n;
    if (position.availableMinor >= dueMinor) return [];
    return [
      {
        subject: `asset:${position.assetId}`,
        sinceMs: null,
        facts: { rule: 'treasury_short', ...ofAsset(position), dueMinor: dueMinor.toString(), days },
      },
    ];
  });
}
