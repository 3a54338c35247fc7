/**
 * The audit log: append only, each entry carrying the hash of the one before, so that an entry
 * cannot be changed, taken out or moved without breaking every hash after it. An entry's hash is
 * SHA-256 over the previous hash (64 hex digits), a line feed, and the canonical JSON of the list
 * [seq, atMs, actor, actorName, role, host, ip, userAgent, correlationId, action, outcome,
 * subject, details], where details is itself a canonical JSON text.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import type { AuditDraft, CommandName } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import type { Tx } from '../store/tx.ts';
import type { AuditTables } from './tables.ts';

export const GENESIS_HASH = '0'.repeat(64);

export type AuditRow = AuditTables['audit_entries'];

/** What is hashed: everything but the hash. JSON.stringify of strings, nulls and whole numbers is canonical. */
export function entryText(row: Omit<AuditRow, 'hash'>): string {
  return JSON.stringify([
    Number(row.seq),
    Number(row.at_ms),
    row.actor,
    row.actor_name,
    row.role,
    row.host,
    row.ip,
    row.user_agent,
    row.correlation_id,
    row.action,
    row.outcome,
    row.subject,
    row.details,
  ]);
}

export function entryHash(previousHash: string, text: string): string {
  return createHash('sha256').update(previousHash).update('\n').update(text).digest('hex');
}

const COLUMNS = {
  seq: 'bigint',
  at_ms: 'bigint',
  actor: 'text',
  actor_name: 'text',
  role: 'text',
  host: 'text',
  ip: 'text',
  user_agent: 'text',
  correlation_id: 'text',
  action: 'text',
  outcome: 'text',
  subject: 'text',
  details: 'text',
  hash: 'text',
} as const;

/** Appends in the caller's transaction. The head row is locked from here to the commit, which keeps the order. */
export async function appendAudit(
  tx: Tx,
  command: CommandName,
  nowMs: number,
  drafts: readonly AuditDraft[],
  outcome: AuditRow['outcome'],
): Promise<{ readonly atMs: number }> {
  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const { rows } = await tx.run<{ size: bigint; hash: string; at_ms: bigint }>(
    sql`select size, hash, at_ms from audit_head where one = 1${lock}`,
  );
  const head = rows[0];
  if (!head) throw new Error('The audit chain has no head: the vault was not migrated');

  // The log's time never runs back, whatever the machine's clock does.
  const atMs = Math.max(nowMs, Number(head.at_ms));
  let { size, hash } = head;
  const entries = drafts.map((draft): AuditRow => {
    size += 1n;
    const row: Omit<AuditRow, 'hash'> = {
      seq: size,
      at_ms: BigInt(atMs),
      actor: command.actor.id,
      actor_name: command.actor.name,
      role: command.actor.roles.join(' '),
      host: command.origin.host,
      ip: command.origin.ip,
      user_agent: command.origin.userAgent,
      correlation_id: command.origin.correlationId,
      action: draft.action,
      outcome,
      subject: draft.subject,
      details: canonical(draft.details ?? {}),
    };
    hash = entryHash(hash, entryText(row));
    return { ...row, hash };
  });

  await insertRows(tx, 'audit_entries', COLUMNS, entries);
  await tx.run(sql`update audit_head set size = ${size}, hash = ${hash}, at_ms = ${BigInt(atMs)} where one = 1`);
  return { atMs };
}
