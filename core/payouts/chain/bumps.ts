/** What was, or may have been, sent in a transaction's place: the same one, wrapped in one that pays more. */
import type { ChainTransactionId } from '../../ids/ids.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';

export interface BumpRecord {
  readonly hash: string;
  readonly feeSource: string;
  readonly feeMinor: bigint;
  readonly envelope: string;
  readonly builtAtMs: number;
}

/** Oldest first. */
export async function bumpsOf(reader: Reader, id: ChainTransactionId): Promise<readonly BumpRecord[]> {
  const rows = await reader.db
    .selectFrom('chain_bumps')
    .selectAll()
    .where('transaction_id', '=', id)
    .orderBy('built_at_ms')
    .orderBy('fee_minor')
    .execute();
  return rows.map((row) => ({
    hash: row.hash,
    feeSource: row.fee_source,
    feeMinor: row.fee_minor,
    envelope: row.envelope,
    builtAtMs: Number(row.built_at_ms),
  }));
}

export async function insertBump(
  work: Work,
  id: ChainTransactionId,
  bump: Pick<BumpRecord, 'hash' | 'feeSource' | 'feeMinor' | 'envelope'>,
): Promise<void> {
  await work.tx.write
    .insertInto('chain_bumps')
    .values({
      hash: bump.hash,
      transaction_id: id,
      fee_source: bump.feeSource,
      fee_minor: bump.feeMinor,
      envelope: bump.envelope,
      built_at_ms: BigInt(work.nowMs),
    })
    .execute();
}
