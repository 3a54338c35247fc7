/**
 * The log as JSON Lines, to be kept and proven without the vault: a line that says what this is,
 * one line for each entry with the very text that is hashed, and a checkpoint as the last line.
 */
import { sql } from 'kysely';
import { fingerprintOf } from '../access/trust/founding-record.ts';
import { canonical } from '../canonical/canonical.ts';
import { Refusal } from '../errors/refusal.ts';
import type { Clock } from '../ids/ids.ts';
import type { Reader } from '../store/tx.ts';
import { GENESIS_HASH } from './chain.ts';
import { auditHeadOf, type ReadCheckpoint, signCheckpoint } from './checkpoints.ts';
import { entriesOf, entryPages } from './entry-pages.ts';
import type { VaultSigner } from './vault-key.ts';

export const EXPORT_FORMAT = 'countersign audit export v1';

/** What the elements of an entry are, in their order. */
const COLUMNS = [
  'seq',
  'atMs',
  'actor',
  'actorName',
  'role',
  'host',
  'ip',
  'userAgent',
  'correlationId',
  'action',
  'outcome',
  'subject',
  'details',
] as const;

export interface ExportSummary {
  readonly entries: number;
  readonly checkpoint: ReadCheckpoint;
}

/** Whole lines, several at a time. To be run on one snapshot, so that the log ends where its checkpoint says. */
export async function* exportLines(
  reader: Reader,
  { signer, clock, fromSeq = 1 }: { readonly signer: VaultSigner; readonly clock: Clock; readonly fromSeq?: number },
): AsyncGenerator<string, ExportSummary> {
  const head = await auditHeadOf(reader);
  if (head.size === 0) throw new Refusal('audit.empty');
  if (fromSeq > head.size) throw new Refusal('audit.unknown_entry', { entries: head.size });
  yield `${canonical({
    format: EXPORT_FORMAT,
    vault: signer.vaultId,
    publicKey: signer.publicKey,
    founding: await foundingOf(reader),
    from: fromSeq,
    before: await hashOf(reader, fromSeq - 1),
    columns: [...COLUMNS],
  })}\n`;
  let entries = 0;
  for await (const page of entryPages(reader, fromSeq - 1)) {
    const these = entriesOf(page);
    entries += these.length;
    yield these.map(({ text, hash }) => `{"entry":${text},"hash":"${hash}"}\n`).join('');
  }
  const atMs = Math.max(head.atMs, clock.nowMs());
  const checkpoint = signCheckpoint(signer, { size: head.size, head: head.hash, atMs });
  yield `${canonical({ checkpoint: checkpoint.statement, signature: checkpoint.signature })}\n`;
  return { entries, checkpoint };
}

/** The fingerprint of the founding record, to be compared with the one on the recovery sheet. */
async function foundingOf(reader: Reader): Promise<string | null> {
  const row = await reader.db.selectFrom('trust_founding').select('statement').executeTakeFirst();
  return row === undefined ? null : fingerprintOf(row.statement);
}

async function hashOf(reader: Reader, seq: number): Promise<string> {
  if (seq === 0) return GENESIS_HASH;
  const [row] = await reader.rows<{ hash: string }>(sql`select hash from audit_entries where seq = ${BigInt(seq)}`);
  if (!row) throw new Refusal('audit.unknown_entry', { seq });
  return row.hash;
}
