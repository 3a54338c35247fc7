/** Reads what rules ask about, for one payout or thousands, in the same handful of questions. */
import { sql } from 'kysely';
import type { PayoutSource, ScreeningOutcome } from '../../contract/policy-terms.ts';
import { invariant } from '../../errors/refusal.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';
import type { PolicyFacts } from './decide.ts';
import { wasPaid } from './paid.ts';
import { sumsOfEach } from './sums.ts';

export type Judged = Pick<
  PayoutRecord,
  | 'id'
  | 'payeeId'
  | 'destinationId'
  | 'destination'
  | 'rail'
  | 'method'
  | 'assetId'
  | 'amountMinor'
  | 'dueAtMs'
  | 'source'
>;

/** What the deny-list said; the hash tells which list. */
export interface ScreenedFact {
  readonly status: 'clear' | 'hit' | 'error';
  readonly list: string;
  readonly listHash: string;
}

/** With what the single answers were made of, which is signed beside them. */
export interface JudgedFacts extends PolicyFacts {
  readonly screened: { readonly payee: ScreenedFact | null; readonly destination: ScreenedFact | null };
}

/** By payout. */
export async function factsOfEach(
  reader: Reader,
  payouts: readonly Judged[],
  atMs: number,
): Promise<ReadonlyMap<string, JudgedFacts>> {
  if (payouts.length === 0) return new Map();
  const sums = await sumsOfEach(reader, payouts, atMs);
  const payees = await payeesOf(
    reader,
    payouts.map(({ payeeId }) => payeeId),
  );
  const destinations = await destinationsOf(
    reader,
    payouts.map(({ destinationId }) => destinationId),
  );
  return new Map(
    payouts.map((payout, place) => {
      const payee = payees.get(payout.payeeId);
      const destination = destinations.get(payout.destinationId);
      const sum = sums[place];
      invariant(payee && destination && sum, `payout ${payout.id} has a payee and a destination`);
      const screened = { payee: payee.screened, destination: destination.screened };
      return [
        payout.id,
        {
          rail: payout.rail,
          method: payout.method,
          assetId: payout.assetId,
          amountMinor: payout.amountMinor,
          ...sum,
          payeeTags: payee.tags,
          destinationConfirmedAtMs: destination.confirmedAtMs,
          source: payout.source,
          screening: worstOf(screened),
          lookAlike: destination.lookAlike,
          firstPayment: payee.neverPaid,
          atMs,
          screened,
        },
      ];
    }),
  );
}

const SEVERITY = { hit: 3, error: 2, none: 1, clear: 0 } as const;

/** One of the two that was never looked up is as good as nothing known. */
export function worstOf({ payee, destination }: JudgedFacts['screened']): ScreeningOutcome {
  const [one, other] = [payee?.status ?? 'none', destination?.status ?? 'none'] as const;
  return SEVERITY[one] >= SEVERITY[other] ? one : other;
}

interface PayeeFacts {
  readonly tags: readonly string[];
  readonly neverPaid: boolean;
  readonly screened: ScreenedFact | null;
}

interface ScreeningColumns {
  readonly status: ScreenedFact['status'] | null;
  readonly list: string | null;
  readonly list_hash: string | null;
}

export async function payeesOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, PayeeFacts>> {
  const wanted = distinctRows(reader, ids);
  const tags = await reader.rows<{ payee_id: string; tag: string }>(
    sql`select t.payee_id, t.tag from ${wanted} as w join payee_tags t on t.payee_id = w.id`,
  );
  const tagsOf = Map.groupBy(tags, (row) => row.payee_id);
  const rows = await reader.rows<{ id: string; paid: bigint } & ScreeningColumns>(sql`
    select w.id, s.status, s.list, s.list_hash, case when exists (
      select 1 from payouts q where q.payee_id = w.id and ${wasPaid('q')}) then 1 else 0 end as paid
    from ${wanted} as w left join screenings s on s.subject_id = w.id`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        // The database's own order of texts is not the same in both.
        tags: (tagsOf.get(row.id) ?? []).map(({ tag }) => tag).sort(),
        neverPaid: Number(row.paid) === 0,
        screened: screenedOf(row),
      },
    ]),
  );
}

interface DestinationFacts {
  readonly confirmedAtMs: number | null;
  readonly lookAlike: boolean;
  readonly screened: ScreenedFact | null;
}

export async function destinationsOf(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DestinationFacts>> {
  const rows = await reader.rows<
    { id: string; confirmed_at_ms: bigint | null; look_alike_of: string | null } & ScreeningColumns
  >(sql`
    select d.id, d.confirmed_at_ms, d.look_alike_of, s.status, s.list, s.list_hash
    from ${distinctRows(reader, ids)} as w join destinations d on d.id = w.id
    left join screenings s on s.subject_id = d.id`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        confirmedAtMs: row.confirmed_at_ms === null ? null : Number(row.confirmed_at_ms),
        lookAlike: row.look_alike_of !== null,
        screened: screenedOf(row),
      },
    ]),
  );
}

function screenedOf({ status, list, list_hash: listHash }: ScreeningColumns): ScreenedFact | null {
  return status === null || list === null || listHash === null ? null : { status, list, listHash };
}

function distinctRows(reader: Reader, ids: readonly string[]) {
  const distinct = [...new Set(ids)].map((id) => ({ id }));
  return jsonRows(reader.dialect, { id: 'text' }, distinct);
}

/** What asked for a payout, where nothing else is said. */
export function sourceOf(actor: { readonly kind: string }): PayoutSource {
  return actor.kind === 'staff' ? 'person' : 'api';
}
