/** What somebody who approves many should look at before: the totals, the largest, the odd ones. */
import { sql } from 'kysely';
import type { QueueFlag } from '../../contract/queue.ts';
import { type PayoutRow, payoutFromRow } from '../../payouts/repository.ts';
import type { Reader } from '../../store/tx.ts';
import { flagsOf } from './flags.ts';
import { idRows } from './standings.ts';

/** Of each asset. */
const LARGEST_SHOWN = 5;

interface Shown {
  readonly id: string;
  readonly reference: string;
  readonly payee: string;
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly amountMinor: string;
  readonly flags: QueueFlag[];
}

export interface BulkSummary {
  readonly totals: { assetId: string; assetCode: string; scale: number; count: number; amountMinor: string }[];
  readonly largest: Shown[];
  readonly odd: Shown[];
}

interface Row extends PayoutRow {
  payee_name: string;
  code: string;
  scale: bigint;
}

export async function bulkSummary(reader: Reader, ids: readonly string[], nowMs: number): Promise<BulkSummary> {
  const rows = await reader.rows<Row>(sql`
    select p.*, y.name as payee_name, a.code, a.scale from ${idRows(reader, ids)} as w
    join payouts p on p.id = w.id join payees y on y.id = p.payee_id join assets a on a.id = p.asset_id`);
  const flags = await flagsOf(reader, rows.map(payoutFromRow), nowMs);
  const shown = rows.map(
    (row): Shown => ({
      id: row.id,
      reference: row.reference,
      payee: row.payee_name,
      assetId: row.asset_id,
      assetCode: row.code,
      scale: Number(row.scale),
      amountMinor: row.amount_minor.toString(),
      flags: [...(flags.get(row.id) ?? [])],
    }),
  );
  const byAsset = [...Map.groupBy(shown, ({ assetId }) => assetId).values()].map((group) =>
    group.toSorted(largestFirst),
  );
  return {
    totals: byAsset.flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { assetId, assetCode, scale } = first;
      const sum = group.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);
      return [{ assetId, assetCode, scale, count: group.length, amountMinor: sum.toString() }];
    }),
    largest: byAsset.flatMap((group) => group.slice(0, LARGEST_SHOWN)),
    odd: shown
      .filter((one) => one.flags.length > 0)
      .toSorted((a, b) => b.flags.length - a.flags.length || largestFirst(a, b)),
  };
}

function largestFirst(a: Shown, b: Shown): number {
  const [one, other] = [BigInt(a.amountMinor), BigInt(b.amountMinor)];
  if (one !== other) return one > other ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
