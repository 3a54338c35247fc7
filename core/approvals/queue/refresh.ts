/**
 * Keeps the queue beside the payouts it is about, in the same transaction: whatever changes what a
 * payout needs, what it has, or whether it waits at all, calls `refreshQueue`. What is in these
 * tables decides nothing: an approval is always judged by the records themselves.
 */
import { sql } from 'kysely';
import { invariant } from '../../errors/refusal.ts';
import type { PayoutId } from '../../ids/ids.ts';
import { type PayoutRecord, type PayoutRow, payoutFromRow } from '../../payouts/repository.ts';
import { insertRows } from '../../store/insert-rows.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Tx } from '../../store/tx.ts';
import { changesByItselfAtMs } from '../policy/decide.ts';
import { sumsChangeAtMs } from '../policy/sums.ts';
import { type GroupRow, groupOf, placeOf } from './groups.ts';
import { idRows, standingsOf } from './standings.ts';
import type { QueueTables } from './tables.ts';
import { searchText, wordsOf } from './words.ts';

export interface QueueMoment {
  readonly tx: Tx;
  readonly nowMs: number;
}

/** Later than any date there is. */
export const NEVER_MS = 8_640_000_000_000_000n;

/** Payouts read at once. */
export const CHUNK = 1_000;

/**
 * Lays these payouts out anew; those that do not wait any more leave the queue. `askedNow` is who
 * edits them or asks for them again in this very transaction: the log, from which such people are
 * read, does not have it before the commit.
 */
export async function refreshQueue(
  moment: QueueMoment,
  payoutIds: readonly PayoutId[],
  askedNow: string | null = null,
): Promise<void> {
  for (let from = 0; from < payoutIds.length; from += CHUNK) {
    await refreshChunk(moment, payoutIds.slice(from, from + CHUNK), askedNow);
  }
}

/** All of it: after the policy or the staff changed, and once for the vault of an earlier version. */
export async function refreshWholeQueue(moment: QueueMoment): Promise<number> {
  let after = '';
  let refreshed = 0;
  for (;;) {
    const rows = await moment.tx.rows<{ id: PayoutId }>(sql`
      select id from payouts where status = 'pending' and id > ${after} order by id limit ${BigInt(CHUNK)}`);
    await refreshChunk(
      moment,
      rows.map(({ id }) => id),
    );
    refreshed += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return refreshed;
    after = last.id;
  }
}

/** What waits for approval and is paid to one of these: their name, their tags or an address changed. */
export async function refreshQueueOfPayees(moment: QueueMoment, payeeIds: readonly string[]): Promise<void> {
  const payees = idRows(moment.tx, payeeIds);
  const rows = await moment.tx.rows<{ id: PayoutId }>(sql`
    select q.payout_id as id from approval_queue q where q.payee_id in (select w.id from ${payees} as w)`);
  await refreshQueue(
    moment,
    rows.map(({ id }) => id),
  );
}

interface OpenRow extends PayoutRow {
  payee_name: string;
  payee_reference: string;
}

async function refreshChunk(
  moment: QueueMoment,
  ids: readonly PayoutId[],
  askedNow: string | null = null,
): Promise<void> {
  const { tx } = moment;
  if (ids.length === 0) return;
  // The status is looked at afterwards: asked for here, all that is pending would be walked through.
  const read = await tx.rows<OpenRow>(sql`
    select p.*, y.name as payee_name, y.reference as payee_reference from ${idRows(tx, ids)} as w
    join payouts p on p.id = w.id join payees y on y.id = p.payee_id`);
  const open = read.filter(({ status }) => status === 'pending');
  const found = await searchTextOf(tx, ids);
  const waiting = new Set(open.map(({ id }) => id));
  await forget(
    tx,
    [...found].filter(([id]) => !waiting.has(id)),
  );
  if (open.length === 0) return;
  const laidOut = await layOut(moment, open, askedNow);
  await writeGroups(
    tx,
    laidOut.map(({ group }) => group),
  );
  await writeRows(
    tx,
    laidOut.map(({ row }) => row),
  );
  await writeWords(tx, laidOut, found);
}

interface LaidOut {
  readonly group: GroupRow;
  readonly row: QueueTables['approval_queue'];
  readonly words: readonly string[];
}

async function layOut(
  { tx, nowMs }: QueueMoment,
  open: readonly OpenRow[],
  askedNow: string | null,
): Promise<readonly LaidOut[]> {
  const records = open.map(payoutFromRow);
  const standings = await standingsOf(tx, records, nowMs);
  const sumsChange = await sumsChangeOf({ tx, nowMs }, records, standings);
  return records.map((record, index): LaidOut => {
    const stands = standings.get(record.id);
    const payout = open[index];
    invariant(stands && payout, 'a payout that waits stands somewhere');
    const { standing, changes } = stands;
    const group = groupOf(record, placeOf(standing, changes !== null, askedNow));
    const words = wordsOf(payout.reference, payout.payee_name, payout.payee_reference);
    const expires = [...(standing.progress?.counted ?? [])].map(({ expiresAtMs }) => BigInt(expiresAtMs));
    const soonest = expires.reduce((first, at) => (at < first ? at : first), NEVER_MS);
    const changesAtMs = changesByItselfAtMs(standing.policy.terms, standing.facts, sumsChange[index] ?? null);
    const lookAgainAtMs = changesAtMs !== null && BigInt(changesAtMs) < soonest ? BigInt(changesAtMs) : soonest;
    return {
      group,
      words,
      row: {
        payout_id: payout.id,
        group_id: group.id,
        payee_id: payout.payee_id,
        statement_id: payout.statement_id,
        created_at_ms: payout.created_at_ms,
        due_at_ms: payout.due_at_ms ?? NEVER_MS,
        amount_minor: payout.amount_minor,
        payee_key: payout.payee_name.normalize('NFKC').toLowerCase(),
        expires_at_ms: soonest,
        search_text: searchText(words),
        look_again_at_ms: lookAgainAtMs === NEVER_MS ? null : lookAgainAtMs,
      },
    };
  });
}

/** Nothing to look up where no rule asks about amounts. */
async function sumsChangeOf(
  { tx, nowMs }: QueueMoment,
  records: readonly PayoutRecord[],
  standings: Awaited<ReturnType<typeof standingsOf>>,
): Promise<readonly (number | null)[]> {
  const asked = [...standings.values()].some(({ standing }) =>
    standing.policy.terms.rules.some(({ when }) => when.amounts !== undefined),
  );
  return asked ? sumsChangeAtMs(tx, records, nowMs) : [];
}

/** By payout, of those that are in the queue now. */
async function searchTextOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.rows<{ id: string; search_text: string }>(sql`
    select q.payout_id as id, q.search_text from ${idRows(tx, ids)} as w join approval_queue q on q.payout_id = w.id`);
  return new Map(rows.map(({ id, search_text }) => [id, search_text]));
}

async function forget(tx: Tx, gone: readonly (readonly [id: string, text: string])[]): Promise<void> {
  if (gone.length === 0) return;
  await deleteWords(tx, gone);
  const ids = gone.map(([id]) => id);
  await tx.run(sql`delete from approval_queue where payout_id in (select w.id from ${idRows(tx, ids)} as w)`);
}

async function deleteWords(tx: Tx, of: readonly (readonly [id: string, text: string])[]): Promise<void> {
  const pairs = of.flatMap(([id, text]) =>
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ word, payout_id: id })),
  );
  if (pairs.length === 0) return;
  const wanted = jsonRows(tx.dialect, { word: 'text', payout_id: 'text' }, pairs);
  await tx.run(sql`
    delete from approval_queue_words where (word, payout_id) in (select w.word, w.payout_id from ${wanted} as w)`);
}

async function writeGroups(tx: Tx, groups: readonly GroupRow[]): Promise<void> {
  // In one order everywhere, so that two transactions do not wait for each other.
  const distinct = [...new Map(groups.map((group) => [group.id, group])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  await insertRows(tx, 'approval_queue_groups', GROUP_COLUMNS, distinct, ['id']);
}

const GROUP_COLUMNS = {
  id: 'text',
  rail: 'text',
  asset_id: 'text',
  source: 'text',
  import_id: 'text',
  state: 'text',
  asks: 'text',
  excluded: 'text',
} as const;

const ROW_COLUMNS = {
  payout_id: 'text',
  group_id: 'text',
  payee_id: 'text',
  statement_id: 'text',
  created_at_ms: 'bigint',
  due_at_ms: 'bigint',
  amount_minor: 'bigint',
  payee_key: 'text',
  expires_at_ms: 'bigint',
  search_text: 'text',
  look_again_at_ms: 'bigint',
} as const;

async function writeRows(tx: Tx, rows: readonly QueueTables['approval_queue'][]): Promise<void> {
  const names = Object.keys(ROW_COLUMNS);
  const list = sql.raw(names.join(', '));
  const changed = sql.raw(names.map((name) => `${name} = excluded.${name}`).join(', '));
  await tx.run(sql`
    insert into approval_queue (${list}) select ${list} from ${jsonRows(tx.dialect, ROW_COLUMNS, rows)} as x where true
    on conflict (payout_id) do update set ${changed}`);
}

async function writeWords(tx: Tx, laidOut: readonly LaidOut[], found: ReadonlyMap<string, string>): Promise<void> {
  const changed = laidOut.filter(({ row }) => found.get(row.payout_id) !== row.search_text);
  const old = changed.flatMap(({ row }) => {
    const text = found.get(row.payout_id);
    return text === undefined ? [] : [[row.payout_id, text] as const];
  });
  await deleteWords(tx, old);
  const rows = changed.flatMap(({ row, words }) => words.map((word) => ({ word, payout_id: row.payout_id })));
  await insertRows(tx, 'approval_queue_words', { word: 'text', payout_id: 'text' }, rows, ['word', 'payout_id']);
}
