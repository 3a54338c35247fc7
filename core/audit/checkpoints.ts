/**
 * A checkpoint says how far the log went, signed by the vault's key. The chain alone does not show
 * a tail that was cut off together with its head; one checkpoint outside of the vault does.
 */
import { z } from 'zod';
import { canonical } from '../canonical/canonical.ts';
import { hex, timeMs } from '../contract/words.ts';
import { Refusal } from '../errors/refusal.ts';
import type { Clock } from '../ids/ids.ts';
import { verifySignature } from '../signatures/verify-signature.ts';
import { timeNow } from '../store/steady-clock.ts';
import type { Reader, Writer } from '../store/tx.ts';
import type { VaultSigner } from './vault-key.ts';

const WHAT = 'countersign audit checkpoint v1';

const checkpoint = z.strictObject({
  what: z.literal(WHAT),
  vault: z.string().min(1).max(100),
  publicKey: hex(32),
  /** How many entries the log had. */
  size: z.int().min(1),
  /** The hash of the last of them. */
  head: hex(32),
  atMs: timeMs,
});
export type Checkpoint = Omit<z.infer<typeof checkpoint>, 'what'>;

export const signedCheckpoint = z.strictObject({ statement: z.string().min(1).max(2_000), signature: hex(64) });
export type SignedCheckpoint = z.infer<typeof signedCheckpoint>;

/** What it says, and the text and signature that prove it. */
export type ReadCheckpoint = Checkpoint & SignedCheckpoint;

export interface AuditHead {
  readonly size: number;
  readonly hash: string;
  readonly atMs: number;
}

export async function auditHeadOf(reader: Reader): Promise<AuditHead> {
  const row = await reader.db.selectFrom('audit_head').selectAll().executeTakeFirst();
  if (!row) throw new Error('The audit chain has no head: the vault was not migrated');
  return { size: Number(row.size), hash: row.hash, atMs: Number(row.at_ms) };
}

export function signCheckpoint(
  signer: VaultSigner,
  at: { readonly size: number; readonly head: string; readonly atMs: number },
): ReadCheckpoint {
  const { vaultId: vault, publicKey } = signer;
  const statement = canonical({ what: WHAT, vault, publicKey, size: at.size, head: at.head, atMs: at.atMs });
  return {
    vault,
    publicKey,
    size: at.size,
    head: at.head,
    atMs: at.atMs,
    statement,
    signature: signer.sign(statement),
  };
}

/** The end of the log as it stands, signed; nothing is written. Refused while the log is empty. */
export async function checkpointNow(reader: Reader, signer: VaultSigner, clock: Clock): Promise<ReadCheckpoint> {
  const { size, hash: head, atMs } = await auditHeadOf(reader);
  if (size === 0) throw new Refusal('audit.empty');
  return signCheckpoint(signer, { size, head, atMs: Math.max(atMs, clock.nowMs()) });
}

/**
 * Signs the end of the log and keeps it, unless there is one for that very end. It leaves no audit
 * entry: each would make the log grow, and so call for the next checkpoint.
 */
export async function keepCheckpoint(
  writer: Writer,
  signer: VaultSigner,
  clock: Clock,
): Promise<ReadCheckpoint & { readonly isNew: boolean }> {
  return writer.transaction(async (tx) => {
    await timeNow(tx, clock);
    const now = await checkpointNow(tx, signer, clock);
    const kept = await tx.db
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('size', '=', BigInt(now.size))
      .executeTakeFirst();
    const earlier = kept && readCheckpoint(kept, signer.publicKey);
    if (earlier) return { ...earlier, isNew: false };
    // One that does not verify stays as it is: it is evidence, and verification names it.
    if (kept) return { ...now, isNew: false };
    const { size, head, atMs, statement, signature } = now;
    await tx.write
      .insertInto('audit_checkpoints')
      .values({ size: BigInt(size), head, at_ms: BigInt(atMs), statement, signature })
      // Another server of the same database signs the same end at the same moment.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return { ...now, isNew: true };
  });
}

/** What a checkpoint says, proven by this key; null when it is none, or not signed by it. */
export function readCheckpoint({ statement, signature }: SignedCheckpoint, publicKey: string): ReadCheckpoint | null {
  const said = checkpointSaid(statement);
  if (said === null || said.publicKey !== publicKey || !/^[0-9a-f]{128}$/.test(signature)) return null;
  return verifySignature(publicKey, statement, signature) ? { ...said, statement, signature } : null;
}

/** What it says, proven by nothing yet. */
export function checkpointSaid(statement: string): Checkpoint | null {
  let json: unknown;
  try {
    json = JSON.parse(statement);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = checkpoint.safeParse(json);
  // One text for one value: another spelling of it was not written by this program.
  if (!parsed.success || canonical(parsed.data) !== statement) return null;
  const { what: _what, ...said } = parsed.data;
  return said;
}
