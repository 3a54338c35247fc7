/** After a batch that nobody released, the next one waits for somebody who will. */
import type { RailName } from '../../contract/payees.ts';
import { RAILS } from '../../contract/payees.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { nothingLapsed } from './errors.ts';
import { waitsForPeople } from './prepare.ts';
import { changeBatch, latestBatchOn, subjectOf } from './records.ts';

export async function askAgain(
  work: Work,
  { rail }: { readonly rail: RailName },
): Promise<{ readonly rail: RailName }> {
  const last = await latestBatchOn(work.tx, rail);
  if (!last || !waitsForPeople(last)) throw nothingLapsed(rail);
  await changeBatch(work.tx, last, { passed_over_at_ms: BigInt(work.nowMs) });
  work.audit({ action: 'batch.ask_again', subject: subjectOf(last), details: { rail } });
  // What the job that pays wakes on.
  work.emit({ name: 'batch.asked_again', subject: subjectOf(last), payload: { rail } });
  return { rail };
}

/** Rails on which the last batch lapsed and approved payouts wait for somebody. */
export async function railsToAskAgain(reader: Reader): Promise<readonly RailName[]> {
  const waiting: RailName[] = [];
  for (const rail of RAILS) {
    const last = await latestBatchOn(reader, rail);
    if (!last || !waitsForPeople(last)) continue;
    const approved = await reader.db
      .selectFrom('payouts')
      .select('id')
      .where('rail', '=', rail)
      .where('status', '=', 'approved')
      .limit(1)
      .executeTakeFirst();
    if (approved) waiting.push(rail);
  }
  return waiting;
}
