/**
 * The transactional outbox: what others are told, written with what happened. Sequence numbers
 * follow the order of commits, because a command takes them while it holds the audit head.
 */
import { canonical } from '../canonical/canonical.ts';
import type { CommittedEvent, EventDraft } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { takeNumbers } from '../store/sequence.ts';
import type { Tx } from '../store/tx.ts';

const COLUMNS = { seq: 'bigint', at_ms: 'bigint', name: 'text', subject: 'text', payload: 'text' } as const;

export async function appendEvents(
  tx: Tx,
  atMs: number,
  drafts: readonly EventDraft[],
): Promise<readonly CommittedEvent[]> {
  if (drafts.length === 0) return [];
  const numbers = await takeNumbers(tx, 'outbox', drafts.length);
  const rows = drafts.map((draft, index) => ({
    seq: numbers[index] as bigint,
    at_ms: BigInt(atMs),
    name: draft.name,
    subject: draft.subject,
    payload: canonical(draft.payload ?? {}),
  }));
  await insertRows(tx, 'outbox', COLUMNS, rows);
  return rows.map(({ seq, name, subject }) => ({ seq, atMs, name, subject }));
}
