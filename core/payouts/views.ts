/** Payouts as the window and the API see them: the record joined with the names around it. */
import { type Selectable, sql } from 'kysely';
import { askedFor, askersOfEach } from '../approvals/askers.ts';
import { readAssetNames, ruleInWords } from '../approvals/policy/in-words.ts';
import { type Standing, standingOf, standingOfEach } from '../approvals/standing.ts';
import type { RailName } from '../contract/payees.ts';
import type { Payout, PayoutStatus } from '../contract/payouts.ts';
import type { Role } from '../contract/words.ts';
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
}

type Row = Selectable<PayoutTables['payouts']>;

export async function listPayouts(
  reader: Reader,
  filter: PayoutFilter,
  page: PageRequest,
  nowMs: number,
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
  const items = await payoutViews(reader, rows.slice(0, page.limit), nowMs);
  const last = items.at(-1);
  return {
    items: [...items],
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function payoutView(reader: Reader, id: string, nowMs: number): Promise<Payout> {
  await getPayout(reader, id);
  const rows = await reader.db.selectFrom('payouts').selectAll().where('id', '=', id).execute();
  const [view] = await payoutViews(reader, rows, nowMs);
  if (!view) throw new Error(`Payout ${id} vanished while it was read`);
  return view;
}

/** The rule that decides about it now, or why none lets anybody approve it. */
export async function ruleInWordsFor(reader: Reader, id: string, nowMs: number): Promise<string> {
  const { decision, blocked } = await standingOf(reader, await getPayout(reader, id), nowMs);
  return decision.outcome === 'asks'
    ? ruleInWords(decision.rule, await readAssetNames(reader))
    : (blocked?.why ?? 'No rule asks for it.');
}

/** Everything around the rows is read in one query per kind, however many rows there are. */
async function payoutViews(reader: Reader, rows: readonly Row[], nowMs: number): Promise<readonly Payout[]> {
  if (rows.length === 0) return [];
  const records = rows.map(payoutFromRow);
  // Only what waits is judged; the others have what they needed, or need it no more.
  const standings = await standingOfEach(
    reader,
    records.filter(({ status }) => status === 'pending'),
    nowMs,
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
  const staff = await byId(reader.db.selectFrom('staff').select(['id', 'name']).execute());
  const approvals = await reader.db
    .selectFrom('approvals')
    .select(['payout_id', 'revision', 'staff_id', 'given_at_ms'])
    .where('payout_id', 'in', unique(rows.map((row) => row.id)))
    .where('voided_at_ms', 'is', null)
    .orderBy('given_at_ms')
    .execute();
  const references = await providerReferences(reader, rows);
  return records.map((record) => {
    const payee = known(payees, record.payeeId);
    const asset = known(assets, record.assetId);
    return {
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
      approvals: approvalsIn(
        standings.get(record.id),
        approvals
          .filter((approval) => approval.payout_id === record.id && approval.revision === record.revision)
          .map((approval) => ({
            staffId: approval.staff_id,
            name: staff.get(approval.staff_id)?.name ?? approval.staff_id,
            atMs: Number(approval.given_at_ms),
          })),
      ),
    };
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
function approvalsIn(standing: Standing | undefined, all: Payout['approvals']['given']): Payout['approvals'] {
  if (!standing) return { given: all, needed: all.length, blocked: null };
  const { decision, progress, blocked } = standing;
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

/** What waits for this person, oldest first, and why they may or may not approve it. */
export async function approvalQueue(
  reader: Reader,
  person: { readonly id: string; readonly roles: readonly Role[] },
  page: PageRequest,
  nowMs: number,
): Promise<Paged<Payout & { mayApprove: boolean; why: string }>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('payouts')
    .selectAll('payouts')
    .where('status', '=', 'pending')
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(page.limit + 1);
  if (time !== undefined && id !== undefined) {
    query = query.where(sql<boolean>`(created_at_ms, id) > (${BigInt(time)}, ${id})`);
  }
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const views = await payoutViews(reader, shown, nowMs);
  const askers = await askersOfEach(reader, shown.map(payoutFromRow));
  const items = views.map((view) => ({ ...view, ...mayApprove(view, askers.get(view.id), person) }));
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

function mayApprove(
  view: Payout,
  askers: ReadonlySet<string> | undefined,
  person: { readonly id: string; readonly roles: readonly Role[] },
): { mayApprove: boolean; why: string } {
  if (askers?.has(person.id))
    return { mayApprove: false, why: 'You requested or changed it; somebody else approves it.' };
  if (!person.roles.includes('approver')) return { mayApprove: false, why: 'Approvers decide about it.' };
  if (view.approvals.given.some((given) => given.staffId === person.id)) {
    return { mayApprove: false, why: 'You have approved it; it waits for others.' };
  }
  return { mayApprove: true, why: `${view.approvals.given.length} of ${view.approvals.needed} approvals are in.` };
}

export async function countsByStatus(reader: Reader): Promise<{ status: PayoutStatus; count: number }[]> {
  const rows = await reader.db
    .selectFrom('payouts')
    .select(['status', sql<bigint>`count(*)`.as('count')])
    .groupBy('status')
    .execute();
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }));
}

/** How many payouts this person could approve now. */
export async function countWaitingFor(
  reader: Reader,
  person: { readonly id: string; readonly roles: readonly Role[] },
): Promise<number> {
  if (!person.roles.includes('approver')) return 0;
  const [row] = await reader.rows<{ n: bigint }>(sql`
    select count(*) as n from payouts p where p.status = 'pending' and not ${askedFor(person.id)}
      and not exists (select 1 from approvals a where a.payout_id = p.id and a.revision = p.revision
        and a.staff_id = ${person.id} and a.voided_at_ms is null)`);
  return Number(row?.n ?? 0n);
}
