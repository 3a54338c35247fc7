/**
 * What goes to a payee, and to an address, within 24 hours. Counted are the payouts that wait, are
 * approved, in flight or set aside and may be paid within a day of this one, and those that were
 * paid in the day before; so a payment split in ten is ten parts of one sum, in whatever order the
 * parts are asked for and approved. An address counts whatever memo stands beside it, and a muxed
 * one as its account: who owns the account can ignore both.
 */
import { type RawBuilder, sql } from 'kysely';
import { accountKey } from '../../payees/likeness.ts';
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
  const { places, byPayee, byAddress } = keysOf(payouts, atMs);
  const [toPayee, toAddress] = [
    await sumsBy(reader, byPayee, atMs, TO_PAYEE),
    await sumsBy(reader, byAddress, atMs, TO_ADDRESS),
  ];
  return places.map(({ payee, address }) => ({
    toPayeeMinor: toPayee[payee] ?? 0n,
    toAddressMinor: toAddress[address] ?? 0n,
  }));
}

/**
 * When a sum is next another though nobody does anything, for each in their order: a payment that is
 * planned comes within a day, or one that was made is longer ago than that.
 */
export async function sumsChangeAtMs(
  reader: Reader,
  payouts: readonly Counted[],
  atMs: number,
): Promise<readonly (number | null)[]> {
  const { places, byPayee, byAddress } = keysOf(payouts, atMs);
  const [toPayee, toAddress] = [
    await changesBy(reader, byPayee, atMs, TO_PAYEE),
    await changesBy(reader, byAddress, atMs, TO_ADDRESS),
  ];
  return places.map(({ payee, address }) => {
    const moments = [toPayee[payee], toAddress[address]].filter((moment) => typeof moment === 'number');
    return moments.length === 0 ? null : Math.min(...moments);
  });
}

function keysOf(payouts: readonly Counted[], atMs: number) {
  const byPayee = new Keys();
  const byAddress = new Keys();
  const places = payouts.map(({ payeeId, destination, assetId, dueAtMs }) => {
    // What is due earlier than now can be paid now.
    const when = Math.max(atMs, dueAtMs ?? atMs);
    return {
      payee: byPayee.placeOf('', payeeId, assetId, when),
      address: byAddress.placeOf(destination.rail, accountKey(destination.address), assetId, when),
    };
  });
  return { places, byPayee, byAddress };
}

/** How the payouts `q` are found that a key `w` adds up. */
interface Joined {
  readonly tables: RawBuilder<unknown>;
  readonly on: RawBuilder<unknown>;
}

const TO_PAYEE: Joined = { tables: sql`payouts q`, on: sql`q.payee_id = w.whom` };
const TO_ADDRESS: Joined = {
  tables: sql`destinations d cross join payouts q`,
  on: sql`d.rail = w.rail and d.account_key = w.whom and q.payee_id = d.payee_id and q.destination_id = d.id`,
};

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

  asTable(reader: Reader): RawBuilder<unknown> {
    return jsonRows(
      reader.dialect,
      { place: 'bigint', rail: 'text', whom: 'text', asset_id: 'text', at_ms: 'bigint' },
      this.rows,
    );
  }
}

async function sumsBy(reader: Reader, keys: Keys, atMs: number, { tables, on }: Joined): Promise<readonly bigint[]> {
  const wanted = keys.asTable(reader);
  const at = BigInt(atMs);
  const day = BigInt(DAY_MS);
  // A cross join keeps SQLite to this order: by itself it walks through all that is pending for each.
  const rows = await reader.rows<{ place: bigint; total: bigint }>(sql`
    select x.place, cast(sum(x.amount_minor) as bigint) as total from (
      select w.place, q.amount_minor from ${wanted} as w cross join ${tables}
      where ${on} and q.status in ('pending', 'approved', 'processing', 'quarantined') and q.asset_id = w.asset_id
        and case when q.due_at_ms > ${at} then q.due_at_ms else ${at} end > w.at_ms - ${day}
        and case when q.due_at_ms > ${at} then q.due_at_ms else ${at} end < w.at_ms + ${day}
      union all
      select w.place, q.amount_minor from ${wanted} as w cross join ${tables}
      where ${on} and q.status = 'completed' and q.asset_id = w.asset_id and q.processed_at_ms > w.at_ms - ${day}
    ) as x group by x.place`);
  const sums = keys.rows.map(() => 0n);
  for (const { place, total } of rows) sums[Number(place)] = total;
  return sums;
}

async function changesBy(
  reader: Reader,
  keys: Keys,
  atMs: number,
  { tables, on }: Joined,
): Promise<readonly (number | null)[]> {
  const wanted = keys.asTable(reader);
  const day = BigInt(DAY_MS);
  // The first moment at which what is due is less than a day away, and at which a day has passed.
  const rows = await reader.rows<{ place: bigint; moment: bigint }>(sql`
    select x.place, min(x.moment) as moment from (
      select w.place, q.due_at_ms - ${day} + 1 as moment from ${wanted} as w cross join ${tables}
      where ${on} and q.status in ('pending', 'approved', 'processing', 'quarantined') and q.asset_id = w.asset_id
        and q.due_at_ms >= ${BigInt(atMs) + day}
      union all
      select w.place, q.processed_at_ms + ${day} as moment from ${wanted} as w cross join ${tables}
      where ${on} and q.status = 'completed' and q.asset_id = w.asset_id and q.processed_at_ms > w.at_ms - ${day}
    ) as x group by x.place`);
  const moments = keys.rows.map((): number | null => null);
  for (const { place, moment } of rows) moments[Number(place)] = Number(moment);
  return moments;
}
