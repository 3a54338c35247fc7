/** Proves the audit chain in one pass, from the entries alone. */
import { sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from './chain.ts';

export interface ChainProof {
  readonly entries: number;
  readonly valid: boolean;
  /** The hash of the last entry that verified. */
  readonly head: string;
  readonly problem: string | null;
}

const PAGE = 10_000n;

export async function verifyChain(reader: Reader): Promise<ChainProof> {
  let hash = GENESIS_HASH;
  let seq = 0n;
  const broken = (problem: string): ChainProof => ({ entries: Number(seq), valid: false, head: hash, problem });
  for (;;) {
    const rows = await reader.rows<AuditRow>(
      sql`select * from audit_entries where seq > ${seq} order by seq limit ${PAGE}`,
    );
    for (const row of rows) {
      if (row.seq !== seq + 1n) return broken(`Entry ${seq + 1n} is missing.`);
      const expected = entryHash(hash, entryText(row));
      if (expected !== row.hash) return broken(`Entry ${row.seq} is not what was written.`);
      seq = row.seq;
      hash = row.hash;
    }
    if (BigInt(rows.length) < PAGE) break;
  }
  const [head] = await reader.rows<{ size: bigint; hash: string }>(
    sql`select size, hash from audit_head where one = 1`,
  );
  if (!head || head.size !== seq) return broken(`The log ends at entry ${seq}, but ${head?.size ?? 0n} were written.`);
  if (head.hash !== hash) return broken('The head of the log is not the hash of its last entry.');
  return { entries: Number(seq), valid: true, head: hash, problem: null };
}
