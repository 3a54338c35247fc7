/**
 * Screening: every payee's name and every address are looked up in a list of whom nobody may pay.
 * The list is asked through a port, before the transaction that keeps its answer.
 */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import { stopPayments } from '../payouts/hold-still.ts';
import type { Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { screeningHit, screeningUnavailable } from './errors.ts';
import type { DestinationRecord, PayeeRecord } from './payees.ts';
import { readSafeguards } from './safeguards.ts';

export type ScreeningSubject =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'address'; readonly rail: RailName; readonly text: string };

export interface ScreeningResult {
  /** `error`: the list could not be consulted, and nobody knows. */
  readonly status: 'clear' | 'hit' | 'error';
  /** What the list calls itself. */
  readonly list: string;
  /** SHA-256 of the list that was asked. */
  readonly listHash: string;
  /** The entry that was hit, or why the list could not be consulted. */
  readonly match: string | null;
  readonly atMs: number;
}

export interface ScreeningPort {
  /** One result for each subject, in their order. Never throws for a list that cannot be read. */
  screen(subjects: readonly ScreeningSubject[]): Promise<readonly ScreeningResult[]>;
}

/** Answers by what was asked about, so that an answer about a name can never stand for another name. */
export type Screened = ReadonlyMap<string, ScreeningResult>;

export const NOT_SCREENED: Screened = new Map();

const keyOf = (subject: ScreeningSubject) =>
  JSON.stringify(subject.kind === 'name' ? ['name', subject.text] : ['address', subject.rail, subject.text]);

/** Asks the port about each subject once; nothing is asked while screening is off. */
export async function screenAll(
  reader: Reader,
  port: ScreeningPort,
  subjects: readonly ScreeningSubject[],
): Promise<Screened> {
  if ((await readSafeguards(reader)).screening === 'off') return NOT_SCREENED;
  const distinct = new Map(subjects.map((subject) => [keyOf(subject), subject]));
  const results = await port.screen([...distinct.values()]);
  return new Map([...distinct.keys()].map((key, index) => [key, results[index] as ScreeningResult]));
}

type Named = Pick<PayeeRecord, 'id' | 'name'>;
type Addressed = Pick<DestinationRecord, 'id' | 'payeeId' | 'rail' | 'address'>;

export function subjectsOf(
  payees: readonly Pick<Named, 'name'>[],
  destinations: readonly Pick<Addressed, 'rail' | 'address'>[],
): readonly ScreeningSubject[] {
  return [
    ...payees.map(({ name }): ScreeningSubject => ({ kind: 'name', text: name })),
    ...destinations.map(({ rail, address }): ScreeningSubject => ({ kind: 'address', rail, text: address })),
  ];
}

const COLUMNS = {
  subject_id: 'text',
  payee_id: 'text',
  kind: 'text',
  status: 'text',
  list: 'text',
  list_hash: 'text',
  match: 'text',
  at_ms: 'bigint',
} as const;

const CHUNK = 10_000;

/** Keeps the answers that there are for these; gives how many there were of each kind. */
export async function recordScreenings(
  work: Work,
  payees: readonly Named[],
  destinations: readonly Addressed[],
  screened: Screened,
): Promise<{ screened: number; hits: number; errors: number }> {
  if (screened.size === 0) return { screened: 0, hits: 0, errors: 0 };
  if ([...screened.values()].some(({ status }) => status !== 'clear')) await stopPayments(work.tx);
  const rows = [
    ...payees.map((payee) => ({
      subject_id: payee.id,
      payee_id: payee.id,
      kind: 'payee',
      result: screened.get(keyOf({ kind: 'name', text: payee.name })),
    })),
    ...destinations.map((destination) => ({
      subject_id: destination.id,
      payee_id: destination.payeeId,
      kind: 'destination',
      result: screened.get(keyOf({ kind: 'address', rail: destination.rail, text: destination.address })),
    })),
  ].flatMap(({ result, ...subject }) =>
    result === undefined
      ? []
      : [
          {
            ...subject,
            status: result.status,
            list: result.list,
            list_hash: result.listHash,
            match: result.match,
            at_ms: BigInt(result.atMs),
          },
        ],
  );
  for (let from = 0; from < rows.length; from += CHUNK) {
    const source = jsonRows(work.tx.dialect, COLUMNS, rows.slice(from, from + CHUNK));
    await work.tx.run(sql`
      insert into screenings (subject_id, payee_id, kind, status, list, list_hash, match, at_ms)
      select x.subject_id, x.payee_id, x.kind, x.status, x.list, x.list_hash, x.match, x.at_ms from ${source} as x where true
      on conflict (subject_id) do update set status = excluded.status, list = excluded.list,
        list_hash = excluded.list_hash, match = excluded.match, at_ms = excluded.at_ms`);
  }
  const count = (status: string) => rows.filter((row) => row.status === status).length;
  return { screened: rows.length, hits: count('hit'), errors: count('error') };
}

/** What stands in the records about one payee or destination. */
export interface ScreeningFact {
  readonly status: 'clear' | 'hit' | 'error';
  readonly list: string;
  readonly listHash: string;
  readonly match: string | null;
  readonly atMs: number;
}

export interface ScreeningFacts {
  readonly payee: ScreeningFact | null;
  readonly destination: ScreeningFact | null;
}

interface ScreeningRow {
  subject_id: string;
  status: ScreeningFact['status'];
  list: string;
  list_hash: string;
  match: string | null;
  at_ms: bigint;
}

/** By payee or destination; who was never screened is not in it. */
export async function screeningFacts(
  reader: Reader,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, ScreeningFact>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    subjectIds.map((id) => ({ id })),
  );
  const rows = await reader.rows<ScreeningRow>(
    sql`select s.subject_id, s.status, s.list, s.list_hash, s.match, s.at_ms
        from ${wanted} as w join screenings s on s.subject_id = w.id`,
  );
  return new Map(
    rows.map(({ subject_id, status, list, list_hash, match, at_ms }) => [
      subject_id,
      { status, list, listHash: list_hash, match, atMs: Number(at_ms) },
    ]),
  );
}

/** The part of a payout's facts that screening gives; what an approver approves. */
export async function screeningFactsFor(
  reader: Reader,
  payout: { readonly payeeId: string; readonly destinationId: string },
): Promise<ScreeningFacts> {
  const facts = await screeningFacts(reader, [payout.payeeId, payout.destinationId]);
  return { payee: facts.get(payout.payeeId) ?? null, destination: facts.get(payout.destinationId) ?? null };
}

/**
 * A hit holds payments back for as long as it stands, also after screening was switched off. While
 * it is on, nothing is paid that was not found clear.
 */
export async function refuseUnscreened(
  reader: Reader,
  payout: { readonly payeeId: string; readonly destinationId: string },
): Promise<void> {
  const { screening } = await readSafeguards(reader);
  const facts = await screeningFactsFor(reader, payout);
  const subjects = [
    [`payee:${payout.payeeId}`, facts.payee],
    [`destination:${payout.destinationId}`, facts.destination],
  ] as const;
  for (const [subject, fact] of subjects) {
    if (fact?.status === 'hit') throw screeningHit(subject, fact.list, fact.match);
    if (screening === 'off') continue;
    if (fact?.status !== 'clear') throw screeningUnavailable(subject, fact?.match ?? 'It was never looked up.');
  }
}
