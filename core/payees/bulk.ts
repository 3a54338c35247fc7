/** Adding payees, one or a hundred thousand at once, under the same rules: all of them or none. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import { invariant } from '../errors/refusal.ts';
import { type AddressCheckers, partsOf } from '../rails/address.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { described, insertDestinations, newDestinationRecord, type ProposedDestination } from './destinations.ts';
import { referenceTaken } from './errors.ts';
import { findDestinations, type PayeeRecord } from './payees.ts';
import { NOT_SCREENED, recordScreenings, type Screened } from './screening.ts';

export interface PayeeRow {
  /** The customer's own; unique for ever. */
  readonly reference: string;
  readonly name: string;
  readonly email?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly destination?: ProposedDestination | null | undefined;
}

export interface PayeeRowProblem {
  /** The place of the row in the list, from 0. */
  readonly row: number;
  readonly field: 'reference' | 'address' | 'memo' | 'extraId' | 'currency' | 'rail';
  readonly code: ErrorCode;
  readonly sentence: string;
}

/** What keeps these rows from being added; nothing is written. The rows have the form of their schema. */
export async function checkPayeeRows(
  reader: Reader,
  rows: readonly PayeeRow[],
  checkers: AddressCheckers,
): Promise<readonly PayeeRowProblem[]> {
  const taken = await takenReferences(reader, rows);
  const seen = new Set<string>();
  const problems: PayeeRowProblem[] = [];
  rows.forEach(({ reference, destination }, row) => {
    if (taken.has(reference) || seen.has(reference)) {
      const code = 'payee.reference_taken';
      const sentence = seen.has(reference) ? 'Another row has that reference.' : ERRORS[code].message;
      problems.push({ row, field: 'reference', code, sentence });
    }
    seen.add(reference);
    if (!destination) return;
    const checker = checkers.get(destination.rail);
    if (!checker) {
      problems.push({ row, field: 'rail', code: 'rail.unknown', sentence: ERRORS['rail.unknown'].message });
      return;
    }
    const check = checker.check(partsOf(destination));
    if (!check.ok) problems.push({ row, field: check.field, code: 'destination.invalid', sentence: check.why });
  });
  return problems;
}

export async function createPayee(work: Work, row: PayeeRow, screened: Screened = NOT_SCREENED): Promise<PayeeRecord> {
  const [payee] = await createPayees(work, [row], screened);
  invariant(payee, 'one payee in, one out');
  return payee;
}

/** In the order of the rows. The destinations have been checked; each is proposed. */
export async function createPayees(
  work: Work,
  rows: readonly PayeeRow[],
  screened: Screened = NOT_SCREENED,
): Promise<readonly PayeeRecord[]> {
  const payees = rows.map((row) => newRecord(work, row));
  await insertPayees(work, payees);
  const destinations = payees.flatMap((payee) => payee.destinations);
  await insertDestinations(work, destinations);
  await recordScreenings(work, payees, destinations, screened);
  note(work, payees);
  // Again from the database: some were flagged.
  const flagged = await findDestinations(
    work.tx,
    destinations.map(({ id }) => id),
  );
  return payees.map((payee) => ({
    ...payee,
    destinations: payee.destinations.map((destination) => flagged.get(destination.id) ?? destination),
  }));
}

function newRecord(work: Work, row: PayeeRow): PayeeRecord {
  const id = work.ids.next('payee');
  return {
    id,
    reference: row.reference,
    name: row.name,
    email: row.email ?? null,
    emailFromMs: null,
    tags: [...new Set(row.tags)].sort(),
    status: 'active',
    closedReason: null,
    version: 1n,
    createdAtMs: work.nowMs,
    destinations: row.destination ? [newDestinationRecord(work, id, row.destination, null)] : [],
  };
}

async function insertPayees(work: Work, payees: readonly PayeeRecord[]): Promise<void> {
  const references = new Set<string>();
  for (const { reference } of payees) {
    if (references.has(reference)) throw referenceTaken(reference);
    references.add(reference);
  }
  const inserted = await insertRows(
    work.tx,
    'payees',
    PAYEE_COLUMNS,
    payees.map((payee) => ({
      id: payee.id,
      reference: payee.reference,
      name: payee.name,
      email: payee.email,
      email_from_ms: null,
      status: payee.status,
      created_at_ms: BigInt(payee.createdAtMs),
      created_by: work.actor.id,
      closed_reason: null,
      version: payee.version,
    })),
    ['reference'],
  );
  // Somebody else may have taken one a moment ago: the database is asked, not a look before.
  if (inserted !== payees.length) throw referenceTaken(await firstTaken(work, payees));
  await insertTags(work, payees);
}

async function firstTaken(work: Work, payees: readonly PayeeRecord[]): Promise<string> {
  const wanted = jsonRows(
    work.tx.dialect,
    { id: 'text', reference: 'text' },
    payees.map(({ id, reference }) => ({ id, reference })),
  );
  const [taken] = await work.tx.rows<{ reference: string }>(
    sql`select p.reference from ${wanted} as w join payees p on p.reference = w.reference where p.id <> w.id limit 1`,
  );
  invariant(taken, 'a payee that was passed over has another with its reference');
  return taken.reference;
}

export async function insertTags(work: Work, payees: readonly Pick<PayeeRecord, 'id' | 'tags'>[]): Promise<void> {
  const rows = payees.flatMap(({ id, tags }) => tags.map((tag) => ({ tag, payee_id: id })));
  await insertRows(work.tx, 'payee_tags', { tag: 'text', payee_id: 'text' }, rows);
}

async function takenReferences(reader: Reader, rows: readonly PayeeRow[]): Promise<ReadonlySet<string>> {
  const wanted = jsonRows(
    reader.dialect,
    { reference: 'text' },
    [...new Set(rows.map(({ reference }) => reference))].map((reference) => ({ reference })),
  );
  const taken = await reader.rows<{ reference: string }>(
    sql`select p.reference from ${wanted} as w join payees p on p.reference = w.reference`,
  );
  return new Set(taken.map(({ reference }) => reference));
}

/** One entry for one payee; for many, one that carries the hash of them all. */
function note(work: Work, payees: readonly PayeeRecord[]): void {
  const [only, ...others] = payees;
  if (!only) return;
  if (others.length === 0) {
    const [destination] = only.destinations;
    const { reference, name, email, tags } = only;
    work.audit({
      action: 'payee.create',
      subject: `payee:${only.id}`,
      details: { reference, name, email, tags, ...(destination ? described(destination) : {}) },
    });
    work.emit({ name: 'payee.created', subject: `payee:${only.id}` });
    return;
  }
  const hash = createHash('sha256');
  for (const { id, reference, name, email, tags, destinations } of payees) {
    hash.update(`${canonical({ id, reference, name, email, tags, destinations: destinations.map(described) })}\n`);
  }
  work.audit({
    action: 'payee.create_many',
    subject: 'payees',
    details: { payees: payees.length, sha256: hash.digest('hex') },
  });
  work.emit({ name: 'payee.created', subject: 'payees', payload: { payees: payees.length } });
}

const PAYEE_COLUMNS = {
  id: 'text',
  reference: 'text',
  name: 'text',
  email: 'text',
  email_from_ms: 'bigint',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
  closed_reason: 'text',
  version: 'bigint',
} as const;
