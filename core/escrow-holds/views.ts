/** Escrow holds as the window and the API see them. */
import { type RawBuilder, sql } from 'kysely';
import type { EscrowHold, EscrowStatus } from '../contract/escrow-holds.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownEscrow } from './errors.ts';
import type { EscrowRow } from './escrow-holds.ts';

export interface EscrowFilter {
  readonly status?: EscrowStatus | undefined;
  readonly placement?: string | undefined;
  readonly payee?: string | undefined;
  readonly q?: string | undefined;
}

type Row = EscrowRow & {
  readonly payee_name: string;
  readonly payee_reference: string;
  readonly code: string;
  readonly scale: bigint;
  readonly creator_name: string | null;
  readonly closer_name: string | null;
  readonly guarantee_completion_date: string | null;
};

const time = (value: bigint | null) => (value === null ? null : Number(value));

function escrowView(row: Row): EscrowHold {
  return {
    id: row.id,
    reference: row.reference,
    placementId: row.placement_id,
    guaranteeCompletionDate: row.guarantee_completion_date,
    payee: { id: row.payee_id, name: row.payee_name, reference: row.payee_reference },
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    amountMinor: row.amount_minor.toString(),
    releaseAtMs: time(row.release_at_ms),
    onGuarantee: row.on_guarantee === 1n,
    status: row.status,
    version: Number(row.version),
    closedAtMs: time(row.closed_at_ms),
    closedBy: row.closer_name ?? row.closed_by,
    closeReason: row.close_reason,
    createdBy: row.creator_name ?? row.created_by,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

function escrowRows(
  reader: Reader,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly Row[]> {
  return reader.rows<Row>(sql`
    select h.*, y.name as payee_name, y.reference as payee_reference, a.code, a.scale,
      f.name as creator_name, c.name as closer_name, p.guarantee_completion_date
    from escrow_holds h join payees y on y.id = h.payee_id join assets a on a.id = h.asset_id
    join placements p on p.id = h.placement_id
    left join staff f on f.id = h.created_by left join staff c on c.id = h.closed_by
    where h.deleted_at_ms is null and ${sql.join(conditions, sql` and `)}
    order by h.created_at_ms desc, h.id desc limit ${BigInt(limit)}`);
}

export async function listEscrows(reader: Reader, filter: EscrowFilter, page: PageRequest): Promise<Paged<EscrowHold>> {
  const [atMs, id] = decodeCursor(page.cursor, 2);
  const like = filter.q ? `%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%` : null;
  const rows = await escrowRows(
    reader,
    [
      sql`1 = 1`,
      ...(filter.status ? [sql`h.status = ${filter.status}`] : []),
      ...(filter.placement ? [sql`h.placement_id = ${filter.placement}`] : []),
      ...(filter.payee ? [sql`h.payee_id = ${filter.payee}`] : []),
      ...(like === null
        ? []
        : [
            sql`(lower(h.reference) like ${like} escape '\\' or lower(y.name) like ${like} escape '\\' or lower(h.placement_id) like ${like} escape '\\')`,
          ]),
      ...(atMs === undefined || id === undefined
        ? []
        : [sql`(h.created_at_ms, h.id) < (${cursorNumber(atMs)}, ${id})`]),
    ],
    page.limit + 1,
  );
  const items = rows.slice(0, page.limit).map(escrowView);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function escrowViewOf(reader: Reader, id: string): Promise<EscrowHold> {
  const [row] = await escrowRows(reader, [sql`h.id = ${id}`], 1);
  if (!row) throw unknownEscrow(id);
  return escrowView(row);
}

export interface HeldTotal {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly amountMinor: string;
  readonly holds: number;
}

/** What stands aside for a placement now; nothing at all is no line. */
export async function totalHeld(reader: Reader, placementId: string): Promise<HeldTotal[]> {
  const rows = await reader.rows<{ asset_id: string; code: string; scale: bigint; amount: bigint; holds: bigint }>(sql`
    select h.asset_id, a.code, a.scale, cast(sum(h.amount_minor) as bigint) as amount, count(*) as holds
    from escrow_holds h join assets a on a.id = h.asset_id
    where h.placement_id = ${placementId} and h.status = 'active' group by h.asset_id, a.code, a.scale order by a.code, h.asset_id`);
  return rows.map((row) => ({
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    amountMinor: row.amount.toString(),
    holds: Number(row.holds),
  }));
}
