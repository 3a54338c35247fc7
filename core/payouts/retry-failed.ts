/**
 * Asks again for payouts that failed for good, where that is proven: the attempt has an outcome and
 * none is open. Each time after a longer rest, at most five times in all, and approved anew. On
 * NOWPayments a failure proves nothing, so a person has to clear it there; and where a payout names a
 * statement, a person sees whether what is left of it has been given to others.
 */
import { sql } from 'kysely';
import { Refusal } from '../errors/refusal.ts';
import type { Driver } from '../jobs/driver.ts';
import { perform } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { PAYOUT_ATTEMPTS_MAX, retryPayout } from './life.ts';

const HOUR_MS = 3_600_000;
/** After the first attempt, the second, … */
const RESTS_HOURS = [1, 2, 4, 8] as const;
const PAGE = 200;

export async function retryFailed(driver: Driver): Promise<{ readonly retried: number }> {
  const { treasury } = driver;
  let retried = 0;
  let after = '';
  for (;;) {
    const ids = await rested(treasury.writer, treasury.clock.nowMs(), after);
    for (const id of ids) {
      await driver.step?.();
      try {
        await perform(treasury, driver, (work) =>
          retryPayout(work, { id, reason: 'It failed for good and has rested.' }),
        );
        retried += 1;
      } catch (error) {
        // Somebody was first: that is in the log.
        if (!(error instanceof Refusal)) throw error;
      }
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return { retried };
    after = last;
  }
}

async function rested(reader: Reader, nowMs: number, after: string): Promise<readonly string[]> {
  const restedSince = RESTS_HOURS.map(
    (hours, index) => sql`p.attempts = ${BigInt(index + 1)} and p.updated_at_ms <= ${BigInt(nowMs - hours * HOUR_MS)}`,
  );
  const rows = await reader.rows<{ id: string }>(sql`
    select p.id from payouts p
    where p.status = 'failed' and p.rail <> 'nowpayments' and p.statement_id is null and p.id > ${after}
      and p.attempts < ${PAYOUT_ATTEMPTS_MAX} and (${sql.join(restedSince, sql` or `)})
      and exists (select 1 from payout_attempts a where a.payout_id = p.id and a.status = 'failed')
      and not exists (select 1 from payout_attempts a where a.payout_id = p.id and a.status = 'open')
      and exists (select 1 from payees y where y.id = p.payee_id and y.status = 'active')
    order by p.id limit ${BigInt(PAGE)}`);
  return rows.map(({ id }) => id);
}
