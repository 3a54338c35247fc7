/**
 * The fence of a restored or copied vault. Its memory ends at the backup; what was paid since is
 * known to the providers only. So their history is compared first, and then two people lift it.
 */
import { Refusal } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { fenceNotCompared, fenceNotUp } from './errors.ts';

export interface FenceStatus {
  readonly fencedAtMs: number | null;
  readonly reason: string | null;
  readonly comparedAtMs: number | null;
}

export async function fenceStatus(reader: Reader): Promise<FenceStatus> {
  const row = await reader.db
    .selectFrom('vault')
    .select(['fenced_at_ms', 'fence_reason', 'compared_at_ms'])
    .executeTakeFirstOrThrow();
  return {
    fencedAtMs: row.fenced_at_ms === null ? null : Number(row.fenced_at_ms),
    reason: row.fence_reason,
    comparedAtMs: row.compared_at_ms === null ? null : Number(row.compared_at_ms),
  };
}

export async function refuseFenced(reader: Reader): Promise<void> {
  const { fencedAtMs, reason } = await fenceStatus(reader);
  if (fencedAtMs !== null) throw new Refusal('vault.fenced', { reason });
}

/** Written when every provider was asked for everything since the vault's last cursor. */
export async function recordComparison(
  work: Work,
  found: { readonly records: number; readonly quarantined: number },
): Promise<void> {
  const { fencedAtMs } = await fenceStatus(work.tx);
  if (fencedAtMs === null) throw fenceNotUp();
  await work.tx.write
    .updateTable('vault')
    .set({ compared_at_ms: BigInt(work.nowMs) })
    .execute();
  work.audit({ action: 'fence.compare', subject: 'vault', details: { ...found } });
  work.emit({ name: 'fence.compared', subject: 'vault' });
}

/** Carried out by the second of two signatures, over the very fence and comparison that stand. */
export async function liftFence(
  work: Work,
  terms: { readonly fencedAtMs: number; readonly comparedAtMs: number },
): Promise<void> {
  const status = await fenceStatus(work.tx);
  if (status.fencedAtMs === null || status.fencedAtMs !== terms.fencedAtMs) throw fenceNotUp();
  if (status.comparedAtMs === null || status.comparedAtMs !== terms.comparedAtMs) throw fenceNotCompared();
  await work.tx.write
    .updateTable('vault')
    .set({ fenced_at_ms: null, fence_reason: null, compared_at_ms: null })
    .execute();
  work.audit({ action: 'fence.lift', subject: 'vault', details: { ...terms } });
  work.emit({ name: 'fence.lifted', subject: 'vault' });
}
