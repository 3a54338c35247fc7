/** What the vault knows about the rows of a file: read for thousands of rows at once. */
import { sql } from 'kysely';
import type { DestinationId } from '../../ids/ids.ts';
import { accountKey, addressKey, likenessOf } from '../../payees/likeness.ts';
import { type DestinationRecord, type DestinationRow, idRows } from '../../payees/payees.ts';
import type { DestinationParts } from '../../rails/address.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';

export interface KnownPayee {
  readonly id: string;
  readonly reference: string;
  readonly name: string;
  readonly status: 'active' | 'closed';
  /** True when there were payouts before, with which a row can be compared. */
  readonly hasHistory: boolean;
  readonly destinations: readonly KnownDestination[];
}

export type KnownDestination = DestinationParts &
  Pick<DestinationRecord, 'id' | 'federation' | 'status' | 'usableFromMs'>;

type KnownDestinationRow = Pick<
  DestinationRow,
  | 'id'
  | 'rail'
  | 'address'
  | 'memo_type'
  | 'memo_value'
  | 'extra_id'
  | 'currency'
  | 'federation'
  | 'status'
  | 'usable_from_ms'
>;

/** By reference, those that the vault knows. */
export async function knownPayees(reader: Reader, references: readonly string[]): Promise<Map<string, KnownPayee>> {
  const wanted = jsonRows(
    reader.dialect,
    { reference: 'text' },
    references.map((reference) => ({ reference })),
  );
  const payees = await reader.rows<Omit<KnownPayee, 'destinations' | 'hasHistory'> & { has_history: bigint }>(sql`
    select p.id, p.reference, p.name, p.status,
      case when exists (select 1 from payouts q where q.payee_id = p.id) then 1 else 0 end as has_history
    from ${wanted} as w join payees p on p.reference = w.reference`);
  const ids = idRows(
    reader,
    payees.map(({ id }) => id),
  );
  const destinations = Map.groupBy(
    await reader.rows<KnownDestinationRow & { payee_id: string }>(sql`
      select d.payee_id, d.id, d.rail, d.address, d.memo_type, d.memo_value, d.extra_id, d.currency, d.federation, d.status, d.usable_from_ms
      from ${ids} as w join destinations d on d.payee_id = w.id order by d.created_at_ms, d.id`),
    (row) => row.payee_id,
  );
  return new Map(
    payees.map(({ has_history: history, ...payee }) => [
      payee.reference,
      {
        ...payee,
        hasHistory: history === 1n,
        destinations: (destinations.get(payee.id) ?? []).map(knownDestination),
      },
    ]),
  );
}

function knownDestination(row: KnownDestinationRow): KnownDestination {
  const { id, rail, address, memo_type: type, memo_value: value, currency, federation, status } = row;
  const memo = type !== null && value !== null ? { type, value } : null;
  const usableFromMs = row.usable_from_ms === null ? null : Number(row.usable_from_ms);
  return {
    id: id as DestinationId,
    rail,
    address,
    memo,
    extraId: row.extra_id,
    currency,
    federation,
    status,
    usableFromMs,
  };
}

export const referenceKey = (payeeId: string, reference: string) => `${payeeId}\u0000${reference}`;

/** The payouts that have these references already, by `referenceKey`. A cancelled one never pays, so it does not count. */
export async function knownReferences(
  reader: Reader,
  pairs: readonly { readonly payeeId: string; readonly reference: string }[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = jsonRows(
    reader.dialect,
    { payee_id: 'text', reference: 'text' },
    pairs.map(({ payeeId, reference }) => ({ payee_id: payeeId, reference })),
  );
  const rows = await reader.rows<{ payee_id: string; reference: string; id: string }>(sql`
    select p.payee_id, p.reference, p.id from ${wanted} as w
    join payouts p on p.payee_id = w.payee_id and p.reference = w.reference
    where p.status <> 'cancelled'`);
  return new Map(rows.map((row) => [referenceKey(row.payee_id, row.reference), row.id]));
}

export interface KnownStatement {
  readonly id: string;
  readonly reference: string;
  readonly payeeId: string;
  readonly assetId: string;
  readonly leftMinor: bigint;
}

/** Open statements by reference, with what no payout has claimed yet. */
export async function knownStatements(
  reader: Reader,
  references: readonly string[],
): Promise<ReadonlyMap<string, KnownStatement>> {
  if (references.length === 0) return new Map();
  const wanted = jsonRows(
    reader.dialect,
    { reference: 'text' },
    references.map((reference) => ({ reference })),
  );
  const rows = await reader.rows<{
    id: string;
    reference: string;
    payee_id: string;
    asset_id: string;
    total: bigint;
    claimed: bigint;
  }>(sql`
    select s.id, s.reference, s.payee_id, s.asset_id, s.total_minor as total,
      cast(coalesce((select sum(p.amount_minor) from payouts p
        where p.statement_id = s.id and p.status not in ('failed', 'cancelled')), 0) as bigint) as claimed
    from ${wanted} as w join statements s on s.reference = w.reference where s.status = 'open'`);
  return new Map(
    rows.map((row) => [
      row.reference,
      {
        id: row.id,
        reference: row.reference,
        payeeId: row.payee_id,
        assetId: row.asset_id,
        leftMinor: row.total - row.claimed,
      },
    ]),
  );
}

export interface NewAddress {
  readonly rail: string;
  readonly address: string;
}

/** The address that another looks like, and whose it is. */
export interface LookAlike {
  readonly address: string;
  readonly name: string;
}

export const newAddressKey = ({ rail, address }: NewAddress) => `${rail}\u0000${addressKey(address)}`;

/** Known, different addresses that begin and end the same, with whose they are; by `newAddressKey`. */
export async function lookAlikesOf(
  reader: Reader,
  addresses: readonly NewAddress[],
): Promise<ReadonlyMap<string, LookAlike>> {
  const candidates = addresses.flatMap(({ rail, address }) => {
    const likeness = likenessOf(address);
    return likeness === null
      ? []
      : [{ rail, address_key: addressKey(address), account_key: accountKey(address), likeness }];
  });
  if (candidates.length === 0) return new Map();
  const wanted = jsonRows(
    reader.dialect,
    { rail: 'text', address_key: 'text', account_key: 'text', likeness: 'text' },
    candidates,
  );
  // Twice the edge of a range of the index: however often one address is known, one row is read.
  const known = (side: '<' | '>') => sql`(
    select o.id from destinations o
    where o.rail = w.rail and o.likeness = w.likeness and o.account_key ${sql.raw(side)} w.account_key
    order by o.account_key, o.id limit 1)`;
  const rows = await reader.rows<{ rail: string; address_key: string; address: string; name: string }>(sql`
    select x.rail, x.address_key, d.address, p.name
    from (select w.rail, w.address_key, coalesce(${known('<')}, ${known('>')}) as other from ${wanted} as w) as x
    join destinations d on d.id = x.other join payees p on p.id = d.payee_id`);
  return new Map(rows.map((row) => [`${row.rail}\u0000${row.address_key}`, { address: row.address, name: row.name }]));
}
