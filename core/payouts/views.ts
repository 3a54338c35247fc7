/** Payouts as the window and the API see them: the record joined with the names around it. */
import { type Selectable, sql } from 'kysely';
import { listStaff } from '../access/staff.ts';
import { readAssetNames } from '../approvals/policy/in-words.ts';
import { policyBelieved } from '../approvals/policy/versions.ts';
import { decisionInWords, whyNotApprove } from '../approvals/queue/look.ts';
import { type PayoutStanding, standingsOf } from '../approvals/queue/standings.ts';
import { standingOf } from '../approvals/standing.ts';
import type { RailName } from '../contract/payees.ts';
import type { Payout, PayoutStatus } from '../contract/payouts.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { getPayout, payoutFromRow } from './repository.ts';
import type { PayoutTables } from './tables.ts';

export interface PayoutFilter {
  readonly status?: PayoutStatus | undefined;
  readonly rail?: RailName | undefined;
  readonly payee?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly q?: string | undefined;
  readonly importId?: string | undefined;
  readonly statementId?: string | undefined;
}

/** Who looks, and when: what somebody may do depends on both. */
export interface Onlooker {
  readonly id: string;
  readonly nowMs: number;
}

type Row = Selectable<PayoutTables['payouts']>;

export async function listPayouts(
  reader: Reader,
  onlooker: Onlooker,
  filter: PayoutFilter,
  page: PageRequest,
): Promise<Paged<Payout>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('payouts')
    .selectAll('payouts')
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.rail) query = query.where('rail', '=', filter.rail);
  if (filter.payee) query = query.where('payee_id', '=', filter.payee);
  if (filter.from !== undefined) query = query.where('created_at_ms', '>=', BigInt(filter.from));
  if (filter.to !== undefined) query = query.where('created_at_ms', '<', BigInt(filter.to));
  if (filter.statementId) query = query.where('statement_id', '=', filter.statementId);
  if (filter.importId) {
    const { importId } = filter;
    query = query.where(
      sql<boolean>`payouts.id in (select i.payout_id from import_payouts i where i.import_id = ${importId})`,
    );
  }
  if (filter.q) {
    const like = `%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(lower(payouts.reference) like ${like} escape '\\' or exists (select 1 from payees p
        where p.id = payouts.payee_id and (lower(p.name) like ${like} escape '\\' or lower(p.reference) like ${like} escape '\\')))`,
    );
  }
  if (time !== undefined && id !== undefined) {
    query = query.where(sql<boolean>`(created_at_ms, id) < (${BigInt(time)}, ${id})`);
  }
  const rows = await query.execute();
  const items = (await shownPayouts(reader, onlooker, rows.slice(0, page.limit))).map(({ view }) => view);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function payoutView(reader: Reader, onlooker: Onlooker, id: string): Promise<Payout> {
  return (await shownPayout(reader, onlooker, id)).view;
}

export async function payoutWithRule(
  reader: Reader,
  onlooker: Onlooker,
  id: string,
): Promise<Payout & { ruleInWords: string }> {
  const { view, stands } = await shownPayout(reader, onlooker, id);
  const standing =
    stands?.standing ??
    (await standingOf(reader, await policyBelieved(reader), await getPayout(reader, id), onlooker.nowMs));
  return { ...view, ruleInWords: decisionInWords(standing, await readAssetNames(reader)) };
}

async function shownPayout(reader: Reader, onlooker: Onlooker, id: string): Promise<ShownPayout> {
  await getPayout(reader, id);
  const rows = await reader.db.selectFrom('payouts').selectAll().where('id', '=', id).execute();
  const [shown] = await shownPayouts(reader, onlooker, rows);
  if (!shown) throw new Error(`Payout ${id} vanished while it was read`);
  return shown;
}

export interface ShownPayout {
  readonly view: Payout;
  /** Present while it is pending. */
  readonly stands: PayoutStanding | undefined;
}

/** Everything around the rows is read in one query per kind, however many rows there are. */
export async function shownPayouts(
  reader: Reader,
  onlooker: Onlooker,
  rows: readonly Row[],
): Promise<readonly ShownPayout[]> {
  if (rows.length === 0) return [];
  const records = rows.map(payoutFromRow);
  const standings = await standingsOf(
    reader,
    records.filter(({ status }) => status === 'pending'),
    onlooker.nowMs,
  );
  const payees = await byId(
    reader.db
      .selectFrom('payees')
      .select(['id', 'name', 'reference'])
      .where('id', 'in', unique(rows.map((row) => row.payee_id)))
      .execute(),
  );
  const assets = await byId(
    reader.db
      .selectFrom('assets')
      .select(['id', 'code', 'scale'])
      .where('id', 'in', unique(rows.map((row) => row.asset_id)))
      .execute(),
  );
  const people = await listStaff(reader);
  const staff: ReadonlyMap<string, { readonly name: string }> = new Map(people.map((person) => [person.id, person]));
  const approvals = await reader.db
    .selectFrom('approvals')
    .select(['payout_id', 'revision', 'staff_id', 'given_at_ms'])
    .where('payout_id', 'in', unique(rows.map((row) => row.id)))
    .where('voided_at_ms', 'is', null)
    .orderBy('given_at_ms')
    .execute();
  const references = await providerReferences(reader, rows);
  const givenTo = Map.groupBy(approvals, ({ payout_id }) => payout_id);
  return records.map((record, index): ShownPayout => {
    const row = rows[index] as Row;
    const stands = standings.get(record.id);
    const whyNot = whyNotApprove(record.status, stands, onlooker.id, people);
    const given = (givenTo.get(row.id) ?? []).filter(({ revision }) => revision === row.revision);
    const payee = known(payees, row.payee_id);
    const asset = known(assets, row.asset_id);
    const view = {
      id: record.id,
      reference: record.reference,
      payee: { id: payee.id, name: payee.name, reference: payee.reference },
      rail: record.rail,
      destination: {
        id: record.destination.id,
        address: record.destination.address,
        memo: record.destination.memo,
        extraId: record.destination.extraId,
        currency: record.destination.currency,
        federation: record.destination.federation ?? null,
      },
      assetId: record.assetId,
      assetCode: asset.code,
      scale: Number(asset.scale),
      amountMinor: record.amountMinor.toString(),
      status: record.status,
      settled: record.settledAtMs !== null,
      revision: Number(record.revision),
      version: Number(record.version),
      requestedBy: staff.get(record.requestedBy)?.name ?? record.requestedBy,
      failedReason: record.failedReason,
      statusBefore: record.statusBefore,
      funding: record.funding,
      attempts: Number(record.attempts),
      dueAtMs: record.dueAtMs,
      statementId: record.statementId,
      providerReference: references.get(record.id) ?? null,
      createdAtMs: record.createdAtMs,
      updatedAtMs: record.updatedAtMs,
      processedAtMs: record.processedAtMs,
      source: record.source,
      method: record.method,
      reclaimAfterS: record.reclaimAfterS,
      call: record.call,
      approvals: approvalsIn(
        stands,
        given.map((approval) => ({
          staffId: approval.staff_id,
          name: staff.get(approval.staff_id)?.name ?? approval.staff_id,
          atMs: Number(approval.given_at_ms),
        })),
      ),
      canApprove: whyNot === null,
      whyNot,
    };
    return { view, stands };
  });
}

/** The reference of each payout's latest attempt that has one. */
async function providerReferences(reader: Reader, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const attempts = await reader.db
    .selectFrom('payout_attempts')
    .select(['payout_id', 'provider_reference'])
    .where('payout_id', 'in', unique(rows.map((row) => row.id)))
    .where('provider_reference', 'is not', null)
    .orderBy('number')
    .execute();
  return new Map(
    attempts.flatMap(({ payout_id, provider_reference }) =>
      provider_reference === null ? [] : [[payout_id, provider_reference]],
    ),
  );
}

/** Of a payout that waits, those that count; of another, those by which it came where it is. */
function approvalsIn(stands: PayoutStanding | undefined, all: Payout['approvals']['given']): Payout['approvals'] {
  if (!stands) return { given: all, needed: all.length, blocked: null };
  const { decision, progress, blocked } = stands.standing;
  const steps = decision.outcome === 'asks' ? decision.requirement.steps : [];
  const counted = new Set([...(progress?.counted ?? [])].map(({ person }) => person.id as string));
  return {
    given: all.filter(({ staffId }) => counted.has(staffId)),
    needed: steps.reduce((sum, step) => sum + step.approvals, 0),
    blocked,
  };
}

async function byId<T extends { id: string }>(rows: Promise<readonly T[]>): Promise<ReadonlyMap<string, T>> {
  return new Map((await rows).map((row) => [row.id, row]));
}

function known<T>(map: ReadonlyMap<string, T>, id: string): T {
  const value = map.get(id);
  if (!value) throw new Error(`A payout refers to ${id}, which is not there`);
  return value;
}

const unique = (values: readonly string[]) => [...new Set(values)];

export async function countsByStatus(reader: Reader): Promise<{ status: PayoutStatus; count: number }[]> {
  const rows = await reader.db
    .selectFrom('payouts')
    .select(['status', sql<bigint>`count(*)`.as('count')])
    .groupBy('status')
    .execute();
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }));
}
