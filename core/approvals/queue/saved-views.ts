/** Views of the queue that a person keeps under a name: their own, and nobody else's to see or change. */
import { nameKey } from '../../access/names.ts';
import { canonical } from '../../canonical/canonical.ts';
import { queueFilter, queueOrder, SAVED_VIEWS_MAX, type SavedView } from '../../contract/queue.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { savedViewNameTaken, savedViewsFull, unknownSavedView } from './errors.ts';
import type { QueueTables } from './tables.ts';

export async function savedViewsOf(reader: Reader, staffId: string): Promise<SavedView[]> {
  const rows = await reader.db
    .selectFrom('saved_views')
    .selectAll()
    .where('staff_id', '=', staffId)
    .orderBy('created_at_ms')
    .orderBy('id')
    .execute();
  return rows.map(viewFromRow);
}

export async function saveView(
  work: Work,
  { name, filter, order }: Pick<SavedView, 'name' | 'filter' | 'order'>,
): Promise<SavedView> {
  const kept = await savedViewsOf(work.tx, work.actor.id);
  if (kept.length >= SAVED_VIEWS_MAX) throw savedViewsFull(SAVED_VIEWS_MAX);
  const id = work.ids.next('savedView');
  const inserted = await work.tx.write
    .insertInto('saved_views')
    .values({
      id,
      staff_id: work.actor.id,
      name,
      name_key: nameKey(name),
      filter: canonical(definedOnly(filter)),
      sort: canonical(definedOnly(order)),
      created_at_ms: BigInt(work.nowMs),
    })
    .onConflict((conflict) => conflict.columns(['staff_id', 'name_key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!inserted) throw savedViewNameTaken(name);
  work.audit({ action: 'saved_view.create', subject: `saved_view:${id}`, details: { name } });
  return viewFromRow(inserted);
}

export async function renameView(
  work: Work,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<SavedView> {
  const key = nameKey(name);
  const other = await work.tx.db
    .selectFrom('saved_views')
    .select('id')
    .where('staff_id', '=', work.actor.id)
    .where('name_key', '=', key)
    .where('id', '<>', id)
    .executeTakeFirst();
  if (other) throw savedViewNameTaken(name);
  const renamed = await work.tx.write
    .updateTable('saved_views')
    .set({ name, name_key: key })
    .where('id', '=', id)
    .where('staff_id', '=', work.actor.id)
    .returningAll()
    .executeTakeFirst();
  if (!renamed) throw unknownSavedView(id);
  work.audit({ action: 'saved_view.rename', subject: `saved_view:${id}`, details: { name } });
  return viewFromRow(renamed);
}

export async function deleteView(work: Work, { id }: { readonly id: string }): Promise<void> {
  const deleted = await work.tx.write
    .deleteFrom('saved_views')
    .where('id', '=', id)
    .where('staff_id', '=', work.actor.id)
    .returning('name')
    .executeTakeFirst();
  if (!deleted) throw unknownSavedView(id);
  work.audit({ action: 'saved_view.delete', subject: `saved_view:${id}`, details: { name: deleted.name } });
}

function viewFromRow(row: QueueTables['saved_views']): SavedView {
  return {
    id: row.id,
    name: row.name,
    filter: queueFilter.parse(JSON.parse(row.filter)),
    order: queueOrder.parse(JSON.parse(row.sort)),
    createdAtMs: Number(row.created_at_ms),
  };
}

function definedOnly(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
