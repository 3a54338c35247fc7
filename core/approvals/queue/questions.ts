/** The queue as a person sees it: a page of it, and how many there are by filter. */
import { sql } from 'kysely';
import { listStaff } from '../../access/staff.ts';
import { RAILS } from '../../contract/payees.ts';
import { PAYOUT_SOURCES } from '../../contract/policy-terms.ts';
import { QUEUE_SHOWS, type Queued, type QueueFilter, type QueueOrder } from '../../contract/queue.ts';
import { type PayoutRow, payoutFromRow } from '../../payouts/repository.ts';
import { type Onlooker, shownPayouts } from '../../payouts/views.ts';
import type { Paged, PageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import { readAssetNames } from '../policy/in-words.ts';
import { flagsOf } from './flags.ts';
import { importOf, placeInRow, placeOf, showFor } from './groups.ts';
import { decisionInWords, stepsInWords } from './look.ts';
import { type CountedGroup, groupMatches, groupsWaiting, inOrder, queuePage } from './page.ts';
import { idRows } from './standings.ts';

export async function approvalQueue(
  reader: Reader,
  onlooker: Onlooker,
  question: QueueFilter & QueueOrder,
  page: PageRequest,
): Promise<Paged<Queued>> {
  const { ids, nextCursor } = await queuePage(reader, onlooker, question, page);
  return { items: inOrder(ids, await queuedViews(reader, onlooker, ids)), nextCursor };
}

async function queuedViews(reader: Reader, onlooker: Onlooker, ids: readonly string[]): Promise<readonly Queued[]> {
  const rows = await reader.rows<PayoutRow>(
    sql`select p.* from ${idRows(reader, ids)} as w join payouts p on p.id = w.id`,
  );
  const records = rows.map(payoutFromRow);
  const flags = await flagsOf(reader, records, onlooker.nowMs);
  const staff = await listStaff(reader);
  const assets = await readAssetNames(reader);
  const shown = await shownPayouts(reader, onlooker, rows);
  return shown.flatMap(({ view, stands }, index): Queued[] => {
    const record = records[index];
    if (!stands || !record) return [];
    const { standing, changes } = stands;
    const soonest = Math.min(...[...(standing.progress?.counted ?? [])].map(({ expiresAtMs }) => expiresAtMs));
    return [
      {
        ...view,
        importId: importOf(record),
        standing: showFor(placeOf(standing, changes !== null, null), onlooker.id, staff),
        ruleInWords: decisionInWords(standing, assets),
        steps: stepsInWords(standing),
        flags: [...(flags.get(view.id) ?? [])],
        expiresAtMs: Number.isFinite(soonest) ? soonest : null,
        changes: changes && {
          text: changes.text,
          by: staff.find(({ id }) => id === changes.askedBy)?.name ?? changes.askedBy,
          atMs: changes.atMs,
        },
      },
    ];
  });
}

type FacetFilter = Pick<QueueFilter, 'show' | 'rail' | 'assetId' | 'source' | 'importId'>;

/** Each filter's values are counted under the other filters. */
export async function queueCounts(reader: Reader, person: { readonly id: string }, filter: FacetFilter) {
  const staff = await listStaff(reader);
  const waiting = await groupsWaiting(reader);
  const codes = new Map(
    (await reader.db.selectFrom('assets').select(['id', 'code']).execute()).map(({ id, code }) => [id, code]),
  );
  const under = (without: FacetFilter) =>
    waiting.filter((group) => groupMatches(group, { ...filter, ...without }, person.id, staff));
  const total = (groups: readonly CountedGroup[]) => Number(groups.reduce((sum, { count }) => sum + count, 0n));
  const byShow = Map.groupBy(under({ show: 'all' }), (group) => showFor(placeInRow(group), person.id, staff));
  const byRail = Map.groupBy(under({ rail: undefined }), ({ rail }) => rail);
  const byAsset = Map.groupBy(under({ assetId: undefined }), ({ asset_id: assetId }) => assetId);
  const bySource = Map.groupBy(under({ source: undefined }), ({ source }) => source);
  return {
    shows: QUEUE_SHOWS.map((show) => ({
      show,
      count: show === 'all' ? total([...byShow.values()].flat()) : total(byShow.get(show) ?? []),
    })),
    rails: RAILS.flatMap((rail) => (byRail.has(rail) ? [{ rail, count: total(byRail.get(rail) ?? []) }] : [])),
    assets: [...byAsset]
      .map(([assetId, groups]) => ({ assetId, assetCode: codes.get(assetId) ?? assetId, count: total(groups) }))
      .sort((a, b) => (a.assetId < b.assetId ? -1 : 1)),
    sources: PAYOUT_SOURCES.flatMap((source) =>
      bySource.has(source) ? [{ source, count: total(bySource.get(source) ?? []) }] : [],
    ),
  };
}
