/**
 * The number that tells a vault from a copy of it. It is kept inside the vault and beside it in
 * the keys file, and raised in both each time the vault is opened for writing: first inside, then
 * beside. A crash in between leaves the inside one ahead by one; every other difference means
 * that one of the two files was replaced by an older copy, and the vault opens fenced.
 */
import type { Writer } from '../../../core/store/tx.ts';

export interface Fence {
  readonly atMs: number;
  readonly reason: string;
}

export interface Opening {
  readonly generation: number;
  readonly fence: Fence | null;
  /** Whether it was this opening that put the fence up. */
  readonly fencedNow: boolean;
}

export interface VaultRow {
  readonly id: string;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly generation: number;
  readonly fence: Fence | null;
}

export async function vaultRow(writer: Pick<Writer, 'db'>): Promise<VaultRow | null> {
  const row = await writer.db.selectFrom('vault').selectAll().executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    name: row.name,
    network: row.network,
    generation: Number(row.generation),
    fence: row.fenced_at_ms === null ? null : { atMs: Number(row.fenced_at_ms), reason: row.fence_reason ?? '' },
  };
}

/** `beside` writes the number into the keys file. */
export async function raiseGeneration(
  writer: Writer,
  inside: VaultRow,
  besideNow: number,
  nowMs: number,
  beside: (generation: number) => void,
): Promise<Opening> {
  // The crash window is closed before it is entered again, or two crashes would look like a copy.
  if (inside.generation === besideNow + 1) beside(inside.generation);
  const reason = suspicion(inside.generation, besideNow);
  const fencedNow = reason !== null && inside.fence === null;
  const fence = fencedNow ? { atMs: nowMs, reason } : inside.fence;
  const generation = Math.max(inside.generation, besideNow) + 1;
  await writer.transaction((tx) =>
    tx.write
      .updateTable('vault')
      .set({
        generation: BigInt(generation),
        fenced_at_ms: fence === null ? null : BigInt(fence.atMs),
        fence_reason: fence?.reason ?? null,
      })
      .execute(),
  );
  beside(generation);
  return { generation, fence, fencedNow };
}

function suspicion(inside: number, beside: number): string | null {
  if (inside < beside) return 'The vault file is older than the keys file beside it.';
  if (inside > beside + 1) return 'The keys file is older than the vault file beside it.';
  return null;
}
