/** Payees and where they are paid. */
import type { Selectable } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { DestinationId, PayeeId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { referenceTaken, unknownDestination, unknownPayee } from './errors.ts';
import type { PayeeTables } from './tables.ts';

export interface DestinationRecord {
  readonly id: DestinationId;
  readonly payeeId: PayeeId;
  readonly rail: RailName;
  readonly address: string;
  readonly status: 'proposed' | 'confirmed' | 'retired';
  readonly createdAtMs: number;
}

export interface PayeeRecord {
  readonly id: PayeeId;
  readonly reference: string;
  readonly name: string;
  readonly email: string | null;
  readonly status: 'active' | 'closed';
  readonly createdAtMs: number;
  readonly destinations: readonly DestinationRecord[];
}

function destinationFromRow(row: Selectable<PayeeTables['destinations']>): DestinationRecord {
  return {
    id: row.id as DestinationId,
    payeeId: row.payee_id as PayeeId,
    rail: row.rail,
    address: row.address,
    status: row.status,
    createdAtMs: Number(row.created_at_ms),
  };
}

export async function withDestinations(reader: Reader, rows: readonly Selectable<PayeeTables['payees']>[]): Promise<readonly PayeeRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const destinations = await reader.db
    .selectFrom('destinations')
    .selectAll()
    .where('payee_id', 'in', ids)
    .orderBy('created_at_ms')
    .execute();
  return rows.map((row) => ({
    id: row.id as PayeeId,
    reference: row.reference,
    name: row.name,
    email: row.email,
    status: row.status,
    createdAtMs: Number(row.created_at_ms),
    destinations: destinations.filter((destination) => destination.payee_id === row.id).map(destinationFromRow),
  }));
}

export async function getPayee(reader: Reader, id: string): Promise<PayeeRecord> {
  const rows = await reader.db.selectFrom('payees').selectAll().where('id', '=', id).execute();
  const [payee] = await withDestinations(reader, rows);
  if (!payee) throw unknownPayee(id);
  return payee;
}

export async function getDestination(reader: Reader, id: string): Promise<DestinationRecord> {
  const row = await reader.db.selectFrom('destinations').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownDestination(id);
  return destinationFromRow(row);
}

export interface NewPayee {
  readonly reference: string;
  readonly name: string;
  readonly email?: string | undefined;
  readonly destination: { readonly rail: RailName; readonly address: string };
}

/** The address has been checked with its rail before. A person adding it vouches for it. */
export async function createPayee(work: Work, input: NewPayee): Promise<PayeeRecord> {
  const taken = await work.tx.db.selectFrom('payees').select('id').where('reference', '=', input.reference).executeTakeFirst();
  if (taken) throw referenceTaken(input.reference);
  const id = work.ids.next('payee');
  const at = BigInt(work.nowMs);
  await work.tx.write
    .insertInto('payees')
    .values({
      id,
      reference: input.reference,
      name: input.name,
      email: input.email ?? null,
      status: 'active',
      created_at_ms: at,
      created_by: work.actor.id,
    })
    .execute();
  await work.tx.write
    .insertInto('destinations')
    .values({
      id: work.ids.next('destination'),
      payee_id: id,
      rail: input.destination.rail,
      address: input.destination.address,
      status: 'confirmed',
      created_at_ms: at,
      created_by: work.actor.id,
    })
    .execute();
  work.audit({
    action: 'payee.create',
    subject: `payee:${id}`,
    details: { reference: input.reference, name: input.name, rail: input.destination.rail, address: input.destination.address },
  });
  work.emit({ name: 'payee.created', subject: `payee:${id}` });
  return getPayee(work.tx, id);
}
