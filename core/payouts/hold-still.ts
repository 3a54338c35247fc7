/**
 * Whoever lets money move and whoever stops it take turns: what stops payments, and who may approve and
 * pay by which policy, stays as it was read until the transaction ends that relies on it. Once somebody was
 * told that payments are stopped, none begins. SQLite has one writer at a time; there is nothing to lock.
 */
import { sql } from 'kysely';
import { trustChanged } from '../access/trust/trust.ts';
import type { Tx } from '../store/tx.ts';

const held = new WeakSet<Tx>();

/** By who lets money move, before anything is read that has to hold. Several may at once. */
export async function holdStill(tx: Tx): Promise<void> {
  if (tx.dialect !== 'postgres' || held.has(tx)) return;
  // Governance acts take the first, freezes and the fence the second.
  await tx.run(sql`select one from trust_founding for share`);
  await tx.run(sql`select one from vault for share`);
  held.add(tx);
  // What was read before the lock may be of yesterday.
  trustChanged(tx);
}

/** By who stops payments, before it is written down. */
export async function stopPayments(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') await tx.run(sql`select one from vault for update`);
}
