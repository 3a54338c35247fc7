import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './tx.ts';

/**
 * Numbers for rows, taken many at a time, rising. SQLite has one writer, so the next number is one
 * above the highest; PostgreSQL keeps sequences, whose numbers may have gaps.
 */
const SEQUENCES = {
  outbox: {
    highest: sql<{ value: bigint }>`select coalesce(max(seq), 0) as value from outbox`,
    sequence: 'outbox_seqs',
  },
  accounts: {
    highest: sql<{ value: bigint }>`select coalesce(max(id), 0) as value from accounts`,
    sequence: 'account_ids',
  },
  lots: {
    highest: sql<{ value: bigint }>`select coalesce(max(id), 0) as value from credit_lots`,
    sequence: 'credit_lot_ids',
  },
  ledger: {
    highest: sql<{ value: bigint }>`select coalesce(max(id), 0) as value from ledger_transactions`,
    sequence: 'ledger_transaction_ids',
  },
} as const satisfies Record<string, { highest: RawBuilder<{ value: bigint }>; sequence: string }>;

export async function takeNumbers(tx: Tx, name: keyof typeof SEQUENCES, count: number): Promise<readonly bigint[]> {
  const { highest, sequence } = SEQUENCES[name];
  if (tx.dialect === 'sqlite') {
    const [row] = await tx.rows(highest);
    const base = row?.value ?? 0n;
    return Array.from({ length: count }, (_, index) => base + BigInt(index + 1));
  }
  const { rows } = await tx.run<{ value: bigint }>(
    sql`select nextval(${sequence}::regclass) as value from generate_series(1, ${count}::int)`,
  );
  return rows.map((row) => row.value);
}
