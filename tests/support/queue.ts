/** The queue as people ask for it, and whether what is laid out is what the records say. */
import { sql } from 'kysely';
import { approvalQueue } from '../../core/approvals/queue/questions.ts';
import { refreshWholeQueue } from '../../core/approvals/queue/refresh.ts';
import type { Queued, QueueFilter, QueueOrder } from '../../core/contract/queue.ts';
import type { Reader, Writer } from '../../core/store/tx.ts';
import type { Person, TestTreasury } from './treasury.ts';

export function queueOf(
  t: TestTreasury,
  who: Person,
  question: QueueFilter & QueueOrder = {},
  page: { cursor?: string; limit?: number } = {},
) {
  const onlooker = { id: who.staff.id as string, nowMs: t.clock.nowMs() };
  return approvalQueue(t.treasury.writer, onlooker, question, { cursor: page.cursor, limit: page.limit ?? 100 });
}

export async function queued(
  t: TestTreasury,
  who: Person,
  question: QueueFilter & QueueOrder = {},
): Promise<readonly Queued[]> {
  return (await queueOf(t, who, question)).items;
}

export async function references(
  t: TestTreasury,
  who: Person,
  question: QueueFilter & QueueOrder = {},
): Promise<readonly string[]> {
  return (await queued(t, who, question)).map(({ reference }) => reference);
}

class RolledBack extends Error {}

/** What is different once all of it is laid out anew; empty where every change was followed. */
export async function queueDifferences(writer: Writer, nowMs: number): Promise<readonly string[]> {
  const before = await laidOut(writer);
  let after: readonly string[] = [];
  try {
    await writer.transaction(async (tx) => {
      await tx.run(sql`delete from approval_queue_words`);
      await tx.run(sql`delete from approval_queue`);
      await refreshWholeQueue({ tx, nowMs });
      after = await laidOut(tx);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return [
    ...before.filter((row) => !after.includes(row)).map((row) => `laid out, and should not be: ${row}`),
    ...after.filter((row) => !before.includes(row)).map((row) => `should be laid out: ${row}`),
  ];
}

/** Without when to look again, which depends on when it was looked at. */
async function laidOut(reader: Reader): Promise<readonly string[]> {
  const rows = await reader.rows<{ text: string }>(sql`
    select q.payout_id || ' ' || g.rail || ' ' || g.asset_id || ' ' || g.source || ' ' || coalesce(g.import_id, '-')
      || ' ' || g.state || ' ' || g.asks || ' ' || g.excluded || ' ' || q.payee_id || ' ' || coalesce(q.statement_id, '-')
      || ' ' || cast(q.created_at_ms as text) || ' ' || cast(q.due_at_ms as text) || ' ' || cast(q.amount_minor as text)
      || ' ' || q.payee_key || ' ' || cast(q.expires_at_ms as text) || q.search_text as text
    from approval_queue q join approval_queue_groups g on g.id = q.group_id
    union all select 'word ' || word || ' ' || payout_id from approval_queue_words`);
  return rows.map(({ text }) => text);
}
