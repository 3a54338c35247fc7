/**
 * What goes to a payee, and to an address, within 24 hours. Counted are the payouts that wait, are
 * approved, in flight or set aside and may be paid within a day of this one, and those that were
 * paid in the day before; so a payment split in ten is ten parts of one sum, in whatever order the
 * parts are asked for and approved. An address counts whatever memo stands beside it: who owns the
 * account can ignore the memo.
 */
import { type RawBuilder, sql } from 'kysely';
import { addressKey } from '../../payees/likeness.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Counted {
  readonly payeeId: string;
  readonly destination: { readonly rail: string; readonly address: string };
  readonly assetId: string;
  readonly dueAtMs: number | null;
}

export interface SumsOf {
  readonly toPayeeMinor: bigint;
  readonly toAddressMinor: bigint;
}

/** One for each, in their order; a payout that is in the records counts itself. */
export async function sumsOfEach(
  reader: Reader,
  payouts: readonly Counted[],
  atMs: number,
): Promise<readonly SumsOf[]> {
  const byPayee = new Keys();
  const byAddress = new Keys();
  const places = payouts.map(({ payeeId, destination, assetId, dueAtMs }) => {
    // What is due earlier than now can be paid now.
    const when = Math.max(atMs, dueAtMs ?? atMs);
    return {
      payee: byPayee.placeOf('', payeeId, assetId, when),
      address: byAddress.placeOf(destination.rail, addressKey(destination.address), assetId, when),
    };
  });
  const [toPayee, toAddress] = [
    await sumsBy(reader, byPayee, atMs, sql`payouts q`, sql`q.payee_id = w.whom`),
    await sumsBy(
      reader,
      byAddress,
      atMs,
      sql`destinations d cross join payouts q`,
      sql`d.rail = w.rail and d.address_key = w.whom and q.payee_id = d.payee_id and q.destination_id = d.id`,
    ),
  ];
  return places.map(({ payee, address }) => ({
    toPayeeMinor: toPayee[payee] ?? 0n,
    toAddressMinor: toAddress[address] ?? 0n,
  }));
}

/** Many payouts share a sum; it is asked for once. */
class Keys {
  readonly rows: { place: bigint; rail: string; whom: string; asset_id: string; at_ms: bigint }[] = [];
  readonly #places = new Map<string, number>();

  placeOf(rail: string, whom: string, assetId: string, whenMs: number): number {
    const key = `${rail}\u0000${whom}\u0000${assetId}\u0000${whenMs}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.rows.length;
    this.#places.set(key, place);
    this.rows.push({ place: BigInt(place), rail, whom, asset_id: assetId, at_ms: BigInt(whenMs) });
    return place;
  }
}

async function sumsBy(
  reader: Reader,
  keys: Keys,
  atMs: number,
  joined: RawBuilder<unknown>,
  on: RawBuilder<unknown>,
): Promise<readonly bigint[]> {
  const wanted = jsonRows(
    reader.dialect,
    { place: 'bigint', rail: 'text', whom: 'text', asset_id: 'text', at_ms: 'bigint' },
    keys.rows,
  );
  const at = BigInt(atMs);
  const day = BigInt(DAY_MS);
  // A cross join keeps SQLite to this order: by itself it walks through all that is pending for each.
  const rows = await reader.rows<{ place: bigint; total: bigint }>(sql`
    select x.place, cast(sum(x.amount_minor) as bigint) as total from (
      select w.place, q.amount_minor from ${wanted} as w cross join ${joined}
      where ${on} and q.status in ('pending', 'approved', 'processing', 'quarantined') and q.asset_id = w.asset_id
        and case when q.due_at_ms > ${at} then q.due_at_ms else ${at} end > w.at_ms - ${day}
        and case when q.due_at_ms > ${at} then q.due_at_ms else ${at} end < w.at_ms + ${day}
      union all
      select w.place, q.amount_minor from ${wanted} as w cross join ${joined}
      where ${on} and q.status = 'completed' and q.asset_id = w.asset_id and q.processed_at_ms > w.at_ms - ${day}
    ) as x group by x.place`);
  const sums = keys.rows.map(() => 0n);
  for (const { place, total } of rows) sums[Number(place)] = total;
  return sums;
}
