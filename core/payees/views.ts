/** Payees as the window and the API see them: the record with the names, balances and flags around it. */
import { type RawBuilder, sql } from 'kysely';
import type { Destination, Payee, RailName, Screening, WaitingDestination } from '../contract/payees.ts';
import type { Role } from '../contract/words.ts';
import { jsonRows } from '../store/json-rows.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { CONFIRMING_ROLES, mayConfirmOwn } from './confirm.ts';
import {
  type DestinationRecord,
  type DestinationRow,
  destinationFromRow,
  getPayee,
  idRows,
  type PayeeRecord,
  withDestinations,
} from './payees.ts';
import { type ScreeningFact, screeningFacts } from './screening.ts';

/** Who is looking; some things depend on it. */
export interface Viewer {
  readonly id: string;
  readonly roles: readonly Role[];
}

export interface PayeeFilter {
  readonly q?: string | undefined;
  readonly status?: 'active' | 'closed' | undefined;
  readonly tag?: string | undefined;
  readonly rail?: RailName | undefined;
  readonly owedIn?: string | undefined;
}

export async function listPayees(
  reader: Reader,
  viewer: Viewer,
  filter: PayeeFilter,
  page: PageRequest,
): Promise<Paged<Payee>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('payees')
    .selectAll('payees')
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  for (const condition of conditionsOf(filter)) query = query.where(condition);
  if (time !== undefined && id !== undefined) {
    query = query.where(sql<boolean>`(created_at_ms, id) < (${BigInt(time)}, ${id})`);
  }
  const rows = await query.execute();
  const items = await payeeViews(reader, viewer, await withDestinations(reader, rows.slice(0, page.limit)));
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

function conditionsOf({ q, status, tag, rail, owedIn }: PayeeFilter): readonly RawBuilder<boolean>[] {
  const like = q ? `%${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%` : null;
  return [
    ...(like === null
      ? []
      : [
          sql<boolean>`(lower(payees.name) like ${like} escape '\\' or lower(payees.reference) like ${like} escape '\\'
            or lower(payees.email) like ${like} escape '\\')`,
        ]),
    ...(status ? [sql<boolean>`payees.status = ${status}`] : []),
    ...(tag ? [sql<boolean>`payees.id in (select t.payee_id from payee_tags t where t.tag = ${tag})`] : []),
    ...(rail
      ? [
          sql<boolean>`exists (select 1 from destinations d
            where d.payee_id = payees.id and d.rail = ${rail} and d.status <> 'retired')`,
        ]
      : []),
    ...(owedIn
      ? [
          sql<boolean>`exists (select 1 from accounts a join account_balances b on b.account_id = a.id
            where a.entity = 'payee:' || payees.id and a.pool = '' and a.asset_id = ${owedIn} and b.balance_minor <> 0)`,
        ]
      : []),
  ];
}

export async function payeeView(reader: Reader, viewer: Viewer, id: string): Promise<Payee> {
  const [view] = await payeeViews(reader, viewer, [await getPayee(reader, id)]);
  if (!view) throw new Error(`Payee ${id} vanished while it was read`);
  return view;
}

async function payeeViews(reader: Reader, viewer: Viewer, payees: readonly PayeeRecord[]): Promise<Payee[]> {
  const owed = await owedTo(reader, payees);
  const facts = await screeningFacts(
    reader,
    payees.map(({ id }) => id),
  );
  const around = await aroundOf(
    reader,
    viewer,
    payees.flatMap((payee) => payee.destinations),
  );
  return payees.map(({ destinations, version, tags, ...payee }) => ({
    ...payee,
    tags: [...tags],
    version: Number(version),
    screening: shownScreening(facts.get(payee.id)),
    owed: [...(owed.get(payee.id) ?? [])],
    destinations: destinations.map((destination) => destinationView(destination, payee.status, around)),
  }));
}

interface OwedRow {
  payee_id: string;
  asset_id: string;
  code: string;
  scale: bigint;
  balance_minor: bigint;
}

async function owedTo(reader: Reader, payees: readonly PayeeRecord[]) {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text', entity: 'text' },
    payees.map(({ id }) => ({ id, entity: `payee:${id}` })),
  );
  const rows = await reader.rows<OwedRow>(sql`
    select w.id as payee_id, a.asset_id, s.code, s.scale, b.balance_minor from ${wanted} as w
    join accounts a on a.entity = w.entity and a.pool = ''
    join account_balances b on b.account_id = a.id join assets s on s.id = a.asset_id
    where b.balance_minor <> 0 order by a.asset_id`);
  const items = rows.map((row) => ({
    payeeId: row.payee_id,
    item: {
      assetId: row.asset_id,
      assetCode: row.code,
      scale: Number(row.scale),
      amountMinor: row.balance_minor.toString(),
    },
  }));
  return new Map(
    [...Map.groupBy(items, ({ payeeId }) => payeeId)].map(([id, list]) => [id, list.map(({ item }) => item)]),
  );
}

/** What views of destinations need beside their records, read once for all of them. */
interface Around {
  readonly viewer: Viewer;
  readonly names: ReadonlyMap<string, string>;
  readonly alike: ReadonlyMap<string, NonNullable<Destination['lookAlikeOf']>>;
  readonly screenings: ReadonlyMap<string, ScreeningFact>;
  readonly ownToo: boolean;
}

async function aroundOf(reader: Reader, viewer: Viewer, destinations: readonly DestinationRecord[]): Promise<Around> {
  const staff = await reader.db.selectFrom('staff').select(['id', 'name']).execute();
  const flagged = idRows(reader, [...new Set(destinations.flatMap(({ lookAlikeOf }) => lookAlikeOf ?? []))]);
  const alike = await reader.rows<{ id: string; address: string; payee_id: string; name: string }>(sql`
    select d.id, d.address, d.payee_id, p.name from ${flagged} as w
    join destinations d on d.id = w.id join payees p on p.id = d.payee_id`);
  return {
    viewer,
    names: new Map(staff.map(({ id, name }) => [id, name])),
    alike: new Map(
      alike.map(({ id, address, payee_id, name }) => [id, { payeeId: payee_id, name, destinationId: id, address }]),
    ),
    screenings: await screeningFacts(
      reader,
      destinations.map(({ id }) => id),
    ),
    ownToo: await mayConfirmOwn(reader, viewer.id),
  };
}

function destinationView(
  destination: DestinationRecord,
  payeeStatus: 'active' | 'closed',
  around: Around,
): Destination {
  const { payeeId: _, proposedBy, confirmedBy, replacesId, lookAlikeOf, ...plain } = destination;
  const person = (id: string) => ({ id, name: around.names.get(id) ?? id });
  const whyNot = whyNotConfirm(destination, payeeStatus, around);
  return {
    ...plain,
    proposedBy: person(proposedBy),
    confirmedBy: confirmedBy === null ? null : person(confirmedBy),
    replaces: replacesId,
    lookAlikeOf: lookAlikeOf === null ? null : (around.alike.get(lookAlikeOf) ?? null),
    screening: shownScreening(around.screenings.get(destination.id)),
    mayConfirm: destination.status === 'proposed' && whyNot === null,
    whyNot,
  };
}

/** Null where nothing stands in the way, or nothing is to be confirmed. */
function whyNotConfirm(
  destination: DestinationRecord,
  payeeStatus: 'active' | 'closed',
  { viewer, ownToo }: Around,
): string | null {
  if (destination.status !== 'proposed') return null;
  if (payeeStatus === 'closed') return 'The payee is closed.';
  if (!CONFIRMING_ROLES.some((role) => viewer.roles.includes(role)))
    return 'Operators and approvers confirm destinations.';
  if (destination.proposedBy === viewer.id && !ownToo) return 'You proposed it; somebody else confirms it.';
  return null;
}

function shownScreening(fact: ScreeningFact | undefined): Screening | null {
  return fact ? { status: fact.status, list: fact.list, match: fact.match, atMs: fact.atMs } : null;
}

interface WaitingRow extends DestinationRow {
  payee_name: string;
  payee_reference: string;
}

export async function waitingDestinations(
  reader: Reader,
  viewer: Viewer,
  filter: { readonly rail?: RailName | undefined },
  page: PageRequest,
): Promise<Paged<WaitingDestination> & { counts: WaitingCounts | null }> {
  const [time, id] = decodeCursor(page.cursor, 2);
  const waiting = sql`destinations d join payees p on p.id = d.payee_id
    where d.status = 'proposed' and p.status = 'active' ${filter.rail ? sql`and d.rail = ${filter.rail}` : sql``}`;
  const after =
    time !== undefined && id !== undefined ? sql`and (d.created_at_ms, d.id) > (${BigInt(time)}, ${id})` : sql``;
  const rows = await reader.rows<WaitingRow>(sql`
    select d.*, p.name as payee_name, p.reference as payee_reference from ${waiting} ${after}
    order by d.created_at_ms, d.id limit ${BigInt(page.limit + 1)}`);
  const shown = rows.slice(0, page.limit);
  const records = shown.map(destinationFromRow);
  const around = await aroundOf(reader, viewer, records);
  const last = records.at(-1);
  return {
    items: shown.map((row) => ({
      ...destinationView(destinationFromRow(row), 'active', around),
      payee: { id: row.payee_id, name: row.payee_name, reference: row.payee_reference },
    })),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
    // Once, with the first page: they are about all of them.
    counts: page.cursor === undefined ? await waitingCounts(reader, filter.rail) : null,
  };
}

interface WaitingCounts {
  readonly total: number;
  readonly lookAlikes: number;
  readonly hits: number;
}

/** From indexes of what waits, of what was hit and of who is closed: the last two are few. */
async function waitingCounts(reader: Reader, rail: RailName | undefined): Promise<WaitingCounts> {
  const onRail = rail === undefined ? sql`` : sql`and d.rail = ${rail}`;
  const [all] = await reader.rows<{ total: bigint; alike: bigint }>(sql`
    select count(*) as total, count(d.look_alike_of) as alike from destinations d
    where d.status = 'proposed' ${onRail}`);
  const [closed] = await reader.rows<{ total: bigint; alike: bigint }>(sql`
    select count(*) as total, count(d.look_alike_of) as alike from payees p cross join destinations d
    where p.status = 'closed' and d.payee_id = p.id and d.status = 'proposed' ${onRail}`);
  const [hit] = await reader.rows<{ hits: bigint }>(sql`
    select count(distinct d.id) as hits from screenings s cross join destinations d cross join payees p
    where s.status = 'hit' and d.payee_id = s.payee_id and s.subject_id in (d.id, d.payee_id) and p.id = d.payee_id
      and p.status = 'active' and d.status = 'proposed' ${onRail}`);
  return {
    total: Number((all?.total ?? 0n) - (closed?.total ?? 0n)),
    lookAlikes: Number((all?.alike ?? 0n) - (closed?.alike ?? 0n)),
    hits: Number(hit?.hits ?? 0n),
  };
}
