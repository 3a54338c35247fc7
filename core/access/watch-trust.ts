/** Looks whether everything about who may do what still verifies, and raises the alarm once for each finding. */
import { createHash } from 'node:crypto';
import { canonical } from '../canonical/canonical.ts';
import type { Driver } from '../jobs/driver.ts';
import { perform } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { trustProblems } from './trust/tables-check.ts';

const ALARM = 'trust.broken';
const SHOWN_MAX = 20;

export async function watchTrust(driver: Driver): Promise<{ readonly problems: number }> {
  const { treasury } = driver;
  const problems = await trustProblems(treasury.writer);
  const sha256 = createHash('sha256').update(canonical(problems)).digest('hex');
  const last = await lastSaid(treasury.writer);
  if (last === sha256 || (last === null && problems.length === 0)) return { problems: problems.length };
  await perform(treasury, driver, async (work) => {
    const isWhole = problems.length === 0;
    const action = isWhole ? 'trust.whole' : ALARM;
    const details = { problems: problems.slice(0, SHOWN_MAX), count: problems.length, sha256 };
    work.audit({ action, subject: 'vault', details });
    work.emit({ name: action, subject: 'vault', payload: { problems: problems.slice(0, SHOWN_MAX) } });
  });
  return { problems: problems.length };
}

async function lastSaid(reader: Reader): Promise<string | null> {
  const row = await reader.db
    .selectFrom('audit_entries')
    .select('details')
    .where('subject', '=', 'vault')
    .where('action', 'in', [ALARM, 'trust.whole'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const details = JSON.parse(row.details) as { readonly sha256?: string };
  return details.sha256 ?? null;
}
