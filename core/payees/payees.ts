/** Payees and where they are paid, as the rest of the capability sees them. */
import { type Selectable, sql } from 'kysely';
import type { Memo, RailName } from '../contract/payees.ts';
import type { DestinationId, PayeeId } from '../ids/ids.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { unknownDestination, unknownPayee } from './errors.ts';
import type { PayeeTables } from './tables.ts';

/**
 * - `proposed`   somebody wrote it down; nothing is paid to it. Waits for another person.
 * - `confirmed`  another person stands for it; it is paid from `usableFromMs` on.
 * - `retired`    nothing is paid to it any more.
 */
export type DestinationStatus = PayeeTables['destinations']['status'];

export interface DestinationRecord {
  readonly id: DestinationId;
  readonly payeeId: PayeeId;
  readonly rail: RailName;
  readonly address: string;
  readonly memo: Memo | null;
  readonly extraId: string | null;
  readonly currency: string | null;
  readonly federation: string | null;
  readonly status: DestinationStatus;
  readonly createdAtMs: number;
  readonly proposedBy: string;
  readonly confirmedAtMs: number | null;
  readonly confirmedBy: string | null;
  readonly usableFromMs: number | null;
  readonly retiredAtMs: number | null;
  readonly replacesId: DestinationId | null;
  readonly lookAlikeOf: DestinationId | null;
}

export interface PayeeRecord {
  readonly id: PayeeId;
  readonly reference: string;
  readonly name: string;
  readonly email: string | null;
  /** Nothing is mailed there before; null where the address was never changed. */
  readonly emailFromMs: number | null;
  readonly tags: readonly string[];
  readonly status: 'active' | 'closed';
  readonly closedReason: string | null;
  readonly version: bigint;
  readonly createdAtMs: number;
  readonly destinations: readonly DestinationRecord[];
}

export type PayeeRow = Selectable<PayeeTables['payees']>;
export type DestinationRow = Selectable<PayeeTables['destinations']>;

const time = (value: bigint | null) => (value === null ? null : Number(value));

export function destinationFromRow(row: DestinationRow): DestinationRecord {
  const { memo_type: type, memo_value: value } = row;
  return {
    id: row.id as DestinationId,
    payeeId: row.payee_id as PayeeId,
    rail: row.rail,
    address: row.address,
    memo: type !== null && value !== null ? { type, value } : null,
    extraId: row.extra_id,
    currency: row.currency,
    federation: row.federation,
    status: row.status,
    createdAtMs: Number(row.created_at_ms),
    proposedBy: row.created_by,
    confirmedAtMs: time(row.confirmed_at_ms),
    confirmedBy: row.confirmed_by,
    usableFromMs: time(row.usable_from_ms),
    retiredAtMs: time(row.retired_at_ms),
    replacesId: row.replaces_id as DestinationId | null,
    lookAlikeOf: row.look_alike_of as DestinationId | null,
  };
}

/** Those with the destinations and tags around them, read in one query per kind. */
export async function withDestinations(reader: Reader, rows: readonly PayeeRow[]): Promise<readonly PayeeRecord[]> {
  if (rows.length === 0) return [];
  const wanted = idRows(
    reader,
    rows.map((row) => row.id),
  );
  const destinations = Map.groupBy(
    await reader.rows<DestinationRow>(
      sql`select d.* from ${wanted} as w join destinations d on d.payee_id = w.id order by d.created_at_ms, d.id`,
    ),
    (row) => row.payee_id,
  );
  const tags = Map.groupBy(
    await reader.rows<{ payee_id: string; tag: string }>(
      sql`select t.payee_id, t.tag from ${wanted} as w join payee_tags t on t.payee_id = w.id order by t.tag`,
    ),
    (row) => row.payee_id,
  );
  return rows.map((row) => ({
    id: row.id as PayeeId,
    reference: row.reference,
    name: row.name,
    email: row.email,
    emailFromMs: time(row.email_from_ms),
    tags: (tags.get(row.id) ?? []).map(({ tag }) => tag),
    status: row.status,
    closedReason: row.closed_reason,
    version: row.version,
    createdAtMs: Number(row.created_at_ms),
    destinations: (destinations.get(row.id) ?? []).map(destinationFromRow),
  }));
}

export async function getPayee(reader: Reader, id: string): Promise<PayeeRecord> {
  const rows = await reader.db.selectFrom('payees').selectAll().where('id', '=', id).execute();
  const [payee] = await withDestinations(reader, rows);
  if (!payee) throw unknownPayee(id);
  return payee;
}

/** The payee, kept from changing under this transaction until it ends. */
export async function lockPayee(tx: Tx, id: string): Promise<PayeeRecord> {
  // SQLite has one writer at a time; there is nothing to lock.
  if (tx.dialect === 'postgres') await tx.run(sql`select id from payees where id = ${id} for update`);
  return getPayee(tx, id);
}

/**
 * Whoever closes the payee or retires a destination of theirs is first, or waits until this
 * transaction ends; several payments to one payee do not wait for each other.
 */
export async function holdPayee(tx: Tx, id: string): Promise<void> {
  if (tx.dialect === 'postgres') await tx.run(sql`select id from payees where id = ${id} for share`);
}

/** Those of the destinations that there are, by id. */
export async function findDestinations(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DestinationRecord>> {
  const rows = await reader.rows<DestinationRow>(
    sql`select d.* from ${idRows(reader, [...new Set(ids)])} as w join destinations d on d.id = w.id`,
  );
  return new Map(rows.map((row) => [row.id, destinationFromRow(row)]));
}

export async function getDestination(reader: Reader, id: string): Promise<DestinationRecord> {
  const destination = (await findDestinations(reader, [id])).get(id);
  if (!destination) throw unknownDestination(id);
  return destination;
}

/** Ids as a table to join with. */
export function idRows(reader: Reader, ids: readonly string[]) {
  return jsonRows(
    reader.dialect,
    { id: 'text' },
    ids.map((id) => ({ id })),
  );
}
