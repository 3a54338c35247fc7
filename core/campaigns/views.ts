/** Campaigns as the window and the API see them. */
import { type RawBuilder, sql } from 'kysely';
import type { Campaign, CampaignGrant, CampaignStatus, CampaignType } from '../contract/campaigns.ts';
import { CREDITS } from '../money/assets.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownCampaign } from './errors.ts';
import { type CampaignRow, campaignFromRow, getCampaign } from './repository.ts';

export interface CampaignFilter {
  readonly status?: CampaignStatus | undefined;
  readonly type?: CampaignType | undefined;
  readonly q?: string | undefined;
}

type Row = CampaignRow & {
  readonly asset_code: string;
  readonly scale: bigint;
  readonly balance_minor: bigint;
  readonly creator_name: string | null;
};

/** Newest first. */
export async function listCampaigns(
  reader: Reader,
  filter: CampaignFilter,
  page: PageRequest,
): Promise<Paged<Campaign>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  const conditions: RawBuilder<unknown>[] = [sql`1 = 1`];
  if (filter.status !== undefined) conditions.push(sql`c.status = ${filter.status}`);
  if (filter.type !== undefined) conditions.push(sql`c.type = ${filter.type}`);
  if (filter.q !== undefined && filter.q.trim() !== '') {
    const part = `%${filter.q
      .trim()
      .toLowerCase()
      .replaceAll(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`lower(c.name) like ${part} escape '\\'`);
  }
  if (time !== undefined && id !== undefined) {
    conditions.push(sql`(c.created_at_ms, c.id) < (${cursorNumber(time)}, ${id})`);
  }
  const rows = await campaignRows(reader, conditions, page.limit + 1);
  const items = rows.slice(0, page.limit).map(campaignView);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function campaignWith(reader: Reader, id: string): Promise<Campaign> {
  const [row] = await campaignRows(reader, [sql`c.id = ${id}`], 1);
  if (!row) throw unknownCampaign(id);
  return campaignView(row);
}

function campaignRows(
  reader: Reader,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly Row[]> {
  return reader.rows<Row>(sql`
    select c.*, s.code as asset_code, s.scale, coalesce(b.balance_minor, 0) as balance_minor, f.name as creator_name
    from campaigns c join assets s on s.id = ${CREDITS}
    left join accounts a on a.entity = 'campaign:' || c.id and a.pool = '' and a.asset_id = s.id
    left join account_balances b on b.account_id = a.id
    left join staff f on f.id = c.created_by
    where ${sql.join(conditions, sql` and `)}
    order by c.created_at_ms desc, c.id desc limit ${BigInt(limit)}`);
}

function campaignView(row: Row): Campaign {
  const { id, name, type, status, formula, budgetMinor, spentMinor, accountCapMinor, ...rest } = campaignFromRow(row);
  return {
    id,
    name,
    type,
    status,
    formula,
    assetCode: row.asset_code,
    scale: Number(row.scale),
    budgetMinor: budgetMinor.toString(),
    spentMinor: spentMinor.toString(),
    remainingMinor: (budgetMinor - spentMinor).toString(),
    // What it has given out stands in its account below zero; what came back is the difference.
    returnedMinor: (spentMinor + row.balance_minor).toString(),
    accountCapMinor: accountCapMinor.toString(),
    grants: rest.grants,
    keptFor: rest.keptFor,
    creditsLastDays: rest.creditsLastDays,
    endsAtMs: rest.endsAtMs,
    createdAtMs: rest.createdAtMs,
    createdBy: row.creator_name ?? row.created_by,
    updatedAtMs: rest.updatedAtMs,
  };
}

/** Newest first: lots are numbered in the order they were minted. */
export async function listGrants(reader: Reader, campaignId: string, page: PageRequest): Promise<Paged<CampaignGrant>> {
  await getCampaign(reader, campaignId);
  const [before] = decodeCursor(page.cursor, 1).map(cursorNumber);
  const rows = await reader.rows<{
    payee_id: string;
    name: string;
    reference: string;
    amount_minor: bigint;
    basis_minor: bigint | null;
    lot_id: bigint;
    remaining_minor: bigint;
    granted_at_ms: bigint;
  }>(sql`
    select g.payee_id, p.name, p.reference, g.amount_minor, g.basis_minor, g.lot_id, l.remaining_minor, g.granted_at_ms
    from campaign_grants g join payees p on p.id = g.payee_id join credit_lots l on l.id = g.lot_id
    where g.campaign_id = ${campaignId} and ${before === undefined ? sql`1 = 1` : sql`g.lot_id < ${before}`}
    order by g.lot_id desc limit ${BigInt(page.limit + 1)}`);
  const items = rows.slice(0, page.limit).map(
    (row): CampaignGrant => ({
      id: row.payee_id,
      accountId: row.payee_id,
      name: row.name,
      reference: row.reference,
      amountMinor: row.amount_minor.toString(),
      basisMinor: row.basis_minor?.toString() ?? null,
      lotId: row.lot_id.toString(),
      remainingMinor: row.remaining_minor.toString(),
      grantedAtMs: Number(row.granted_at_ms),
    }),
  );
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([last.lotId]) : null };
}
