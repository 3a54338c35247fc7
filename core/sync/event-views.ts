/** Provider records as people see them: what came, what became of it, and which payout it is about. */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { PayoutStatus } from '../contract/payouts.ts';
import type { EventOutcome, ProviderEvent } from '../contract/sync.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownEvent } from './errors.ts';
import { readIfUnderstood } from './stored-record.ts';

export interface EventFilter {
  readonly rail?: RailName | undefined;
  /** `open`: whatever is not over yet. */
  readonly outcome?: EventOutcome | 'open' | undefined;
  readonly payout?: string | undefined;
  readonly q?: string | undefined;
}

interface Row {
  readonly provider: RailName;
  readonly event_id: string;
  readonly received_at_ms: bigint;
  readonly at_ms: bigint | null;
  readonly reference: string | null;
  readonly record: string | null;
  readonly outcome: EventOutcome | null;
  readonly handled_at_ms: bigint | null;
  readonly tries: bigint;
  readonly next_try_at_ms: bigint | null;
  readonly error: string | null;
  readonly payout_id: string | null;
  readonly payout_reference: string | null;
  readonly payout_status: PayoutStatus | null;
}

const COLUMNS = sql`e.provider, e.event_id, e.received_at_ms, e.at_ms, e.reference, e.record, e.outcome, e.handled_at_ms,
  e.tries, e.next_try_at_ms, e.error, e.payout_id, p.reference as payout_reference, p.status as payout_status`;
/** Records, and the payouts that they are about. */
export const EVENTS = sql`provider_events e left join payouts p on p.id = e.payout_id`;

export async function listProviderEvents(
  reader: Reader,
  filter: EventFilter,
  page: PageRequest,
): Promise<Paged<ProviderEvent>> {
  const [receivedAt, provider, eventId] = decodeCursor(page.cursor, 3);
  const older =
    receivedAt === undefined
      ? sql``
      : sql`and (e.received_at_ms, e.provider, e.event_id) < (${BigInt(receivedAt)}, ${provider}, ${eventId})`;
  const rows = await reader.rows<Row>(sql`
    select ${COLUMNS} from ${EVENTS} where ${isLike(filter)} ${older}
    order by e.received_at_ms desc, e.provider desc, e.event_id desc limit ${BigInt(page.limit + 1)}`);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const assets = await assetNames(reader);
  return {
    items: shown.map((row) => viewOf(row, assets)),
    nextCursor:
      rows.length > page.limit && last
        ? encodeCursor([last.received_at_ms.toString(), last.provider, last.event_id])
        : null,
  };
}

/** Of `EVENTS`: those that are asked for. */
export function isLike({ rail, outcome, payout, q }: EventFilter) {
  return sql`true
    ${rail ? sql`and e.provider = ${rail}` : sql``}
    ${outcome ? sql`and ${ofOutcome(outcome)}` : sql``}
    ${payout ? sql`and e.payout_id = ${payout}` : sql``}
    ${q ? sql`and ${likeOf(q)}` : sql``}`;
}

function ofOutcome(outcome: EventOutcome | 'open') {
  if (outcome === 'open') return sql`e.handled_at_ms is null`;
  return outcome === 'stored' ? sql`e.outcome is null` : sql`e.outcome = ${outcome}`;
}

function likeOf(text: string) {
  const like = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql`(lower(e.event_id) like ${like} escape '\\' or lower(e.reference) like ${like} escape '\\'
    or lower(p.reference) like ${like} escape '\\')`;
}

export interface EventName {
  readonly rail: RailName;
  readonly eventId: string;
}

export async function providerEventView(reader: Reader, { rail, eventId }: EventName): Promise<ProviderEvent> {
  const [row] = await reader.rows<Row>(
    sql`select ${COLUMNS} from ${EVENTS} where e.provider = ${rail} and e.event_id = ${eventId}`,
  );
  if (!row) throw unknownEvent(rail, eventId);
  return viewOf(row, await assetNames(reader));
}

/** With the record itself, as it came. */
export async function providerEventAsItCame(
  reader: Reader,
  name: EventName,
): Promise<ProviderEvent & { raw: string; key: string | null }> {
  const view = await providerEventView(reader, name);
  const { raw, key } = await reader.db
    .selectFrom('provider_events')
    .select(['raw', 'key'])
    .where('provider', '=', name.rail)
    .where('event_id', '=', name.eventId)
    .executeTakeFirstOrThrow();
  return { ...view, raw, key };
}

type AssetNames = ReadonlyMap<string, { readonly code: string; readonly scale: bigint }>;

async function assetNames(reader: Reader): Promise<AssetNames> {
  const rows = await reader.db.selectFrom('assets').select(['id', 'code', 'scale']).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

function viewOf(row: Row, assets: AssetNames): ProviderEvent {
  const evidence = readIfUnderstood(row.record);
  const asset = evidence === null ? undefined : assets.get(evidence.assetId);
  return {
    rail: row.provider,
    eventId: row.event_id,
    receivedAtMs: Number(row.received_at_ms),
    atMs: time(row.at_ms),
    reference: row.reference,
    kind: evidence === null ? null : evidence.reversal ? 'reversal' : 'payment',
    status: evidence?.status ?? null,
    // An amount in an asset that is not known says nothing to anybody.
    amountMinor: asset && evidence ? evidence.amountMinor.toString() : null,
    assetId: evidence?.assetId ?? null,
    assetCode: asset?.code ?? null,
    scale: asset ? Number(asset.scale) : null,
    outcome: row.outcome ?? 'stored',
    handledAtMs: time(row.handled_at_ms),
    tries: Number(row.tries),
    nextTryAtMs: time(row.next_try_at_ms),
    error: row.error,
    payout:
      row.payout_id === null || row.payout_reference === null || row.payout_status === null
        ? null
        : { id: row.payout_id, reference: row.payout_reference, status: row.payout_status },
  };
}

const time = (value: bigint | null) => (value === null ? null : Number(value));
