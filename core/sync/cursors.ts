/** How far each provider's history has been read. */
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';

export async function readCursor(reader: Reader, provider: string): Promise<string | null> {
  const row = await reader.db
    .selectFrom('sync_cursors')
    .select('cursor')
    .where('provider', '=', provider)
    .executeTakeFirst();
  return row?.cursor ?? null;
}

export async function writeCursor(work: Work, provider: string, cursor: string): Promise<void> {
  await work.tx.write
    .insertInto('sync_cursors')
    .values({ provider, cursor, updated_at_ms: BigInt(work.nowMs) })
    .onConflict((conflict) => conflict.column('provider').doUpdateSet({ cursor, updated_at_ms: BigInt(work.nowMs) }))
    .execute();
}
