/** Payees and where they are paid. */
import { type Selectable, sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import { invariant } from '../errors/refusal.ts';
import type { DestinationId, PayeeId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
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

export async function withDestinations(
  reader: Reader,
  rows: readonly Selectable<PayeeTables['payees']>[],
): Promise<readonly PayeeRecord[]> {
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
  const destination = (await findDestinations(reader, [id])).get(id);
  if (!destination) throw unknownDestination(id);
  return destination;
}

/** Those of the destinations that there are, by id. */
export async function findDestinations(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DestinationRecord>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    [...new Set(ids)].map((id) => ({ id })),
  );
  const rows = await reader.rows<Selectable<PayeeTables['destinations']>>(
    sql`select d.* from ${wanted} as w join destinations d on d.id = w.id`,
  );
  return new Map(rows.map((row) => [row.id, destinationFromRow(row)]));
}

export interface NewPayee {
  readonly reference: string;
  readonly name: string;
  readonly email?: string | undefined;
  readonly destination: { readonly rail: RailName; readonly address: string };
}

export async function createPayee(work: Work, input: NewPayee): Promise<PayeeRecord> {
  const [payee] = await createPayees(work, [input]);
  invariant(payee, 'one payee in, one out');
  return payee;
}

/** The addresses have been checked with their rails before. A person adding them vouches for them. */
export async function createPayees(work: Work, inputs: readonly NewPayee[]): Promise<readonly PayeeRecord[]> {
  await refuseTaken(work.tx, inputs);
  const payees = inputs.map((input): PayeeRecord => {
    const id = work.ids.next('payee');
    const at = { status: 'active', createdAtMs: work.nowMs } as const;
    const destination: DestinationRecord = {
      id: work.ids.next('destination'),
      payeeId: id,
      ...input.destination,
      status: 'confirmed',
      createdAtMs: work.nowMs,
    };
    return {
      id,
      reference: input.reference,
      name: input.name,
      email: input.email ?? null,
      ...at,
      destinations: [destination],
    };
  });
  const by = { created_at_ms: BigInt(work.nowMs), created_by: work.actor.id };
  await insertRows(
    work.tx,
    'payees',
    PAYEE_COLUMNS,
    payees.map(({ id, reference, name, email, status }) => ({ id, reference, name, email, status, ...by })),
  );
  await insertRows(
    work.tx,
    'destinations',
    DESTINATION_COLUMNS,
    payees.flatMap(({ destinations }) =>
      destinations.map(({ id, payeeId, rail, address, status }) => ({
        id,
        payee_id: payeeId,
        rail,
        address,
        status,
        ...by,
      })),
    ),
  );
  payees.forEach((payee, index) => {
    noteCreation(work, payee, inputs[index]?.destination);
  });
  return payees;
}

async function refuseTaken(reader: Reader, inputs: readonly NewPayee[]): Promise<void> {
  const references = new Set<string>();
  for (const { reference } of inputs) {
    if (references.has(reference)) throw referenceTaken(reference);
    references.add(reference);
  }
  const wanted = jsonRows(
    reader.dialect,
    { reference: 'text' },
    [...references].map((reference) => ({ reference })),
  );
  const [taken] = await reader.rows<{ reference: string }>(
    sql`select p.reference from ${wanted} as w join payees p on p.reference = w.reference limit 1`,
  );
  if (taken) throw referenceTaken(taken.reference);
}

function noteCreation(work: Work, payee: PayeeRecord, destination: NewPayee['destination'] | undefined): void {
  work.audit({
    action: 'payee.create',
    subject: `payee:${payee.id}`,
    details: { reference: payee.reference, name: payee.name, ...destination },
  });
  work.emit({ name: 'payee.created', subject: `payee:${payee.id}` });
}

const PAYEE_COLUMNS = {
  id: 'text',
  reference: 'text',
  name: 'text',
  email: 'text',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
} as const;

const DESTINATION_COLUMNS = {
  id: 'text',
  payee_id: 'text',
  rail: 'text',
  address: 'text',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
} as const;
