/**
 * How often somebody may write over HTTP: so many writes in any sixty seconds. Counted in the
 * store, so that several servers of one treasury count together and a restart forgets nothing.
 */
import { sql } from 'kysely';
import type { Tx } from '../store/tx.ts';
import { tooManyWrites } from './errors.ts';

export type Surface = 'admin' | 'api';

export const WRITES_PER_MINUTE: Readonly<Record<Surface, number>> = { admin: 30, api: 600 };
const WINDOW_SECONDS = 60;

/** Counts a write, or refuses it: then it was not counted, because its transaction is rolled back. */
export async function countWrite(tx: Tx, caller: string, surface: Surface, nowMs: number): Promise<void> {
  const second = Math.floor(nowMs / 1000);
  const oldest = second - WINDOW_SECONDS + 1;
  await tx.write.deleteFrom('write_counts').where('second', '<', BigInt(oldest)).execute();
  await tx.run(sql`
    insert into write_counts (caller, surface, second, writes) values (${caller}, ${surface}, ${BigInt(second)}, 1)
    on conflict (caller, surface, second) do update set writes = write_counts.writes + 1`);
  const [row] = await tx.rows<{ writes: bigint; first: bigint }>(sql`
    select cast(sum(writes) as bigint) as writes, min(second) as first from write_counts
    where caller = ${caller} and surface = ${surface} and second >= ${BigInt(oldest)}`);
  if (!row) throw new Error('A write was counted and is not there');
  const writesMax = WRITES_PER_MINUTE[surface];
  if (Number(row.writes) <= writesMax) return;
  throw tooManyWrites(writesMax, (Number(row.first) + WINDOW_SECONDS) * 1000 - nowMs);
}
