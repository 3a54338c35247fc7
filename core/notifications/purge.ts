import { sql } from 'kysely';
import type { Tx } from '../store/tx.ts';

const DAY_MS = 24 * 3_600_000;
const READ_KEPT_MS = 90 * DAY_MS;
const KEPT_MS = 365 * DAY_MS;

/** What was read is kept for a season, and what nobody ever read for a year. The audit log keeps what happened. */
export async function purgeNotifications(tx: Tx, nowMs: number): Promise<void> {
  await tx.run(sql`
    delete from notifications
    where at_ms < ${BigInt(nowMs - READ_KEPT_MS)} and (read_at_ms is not null or at_ms < ${BigInt(nowMs - KEPT_MS)})`);
}
