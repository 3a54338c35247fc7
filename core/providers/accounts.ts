/**
 * Whose account each rail pays from. It is remembered from the first key that the provider took, and
 * a key of another account is not used: payments are looked up before they are made again, and in
 * another account nothing would be found.
 */
import { sql } from 'kysely';
import type { ProviderRail } from '../contract/providers.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { noAccount, otherAccount, paymentsUnderWay } from './errors.ts';

export async function accountOf(reader: Reader, rail: ProviderRail): Promise<string | null> {
  const row = await reader.db
    .selectFrom('provider_accounts')
    .select('account')
    .where('rail', '=', rail)
    .executeTakeFirst();
  return row?.account ?? null;
}

/**
 * Refused where another one is remembered; and where none is, while payments of a sandbox's own
 * simulated provider are not over, which no other account has heard of.
 */
export async function refuseOther(reader: Reader, rail: ProviderRail, account: string): Promise<void> {
  const remembered = await accountOf(reader, rail);
  if (remembered === account) return;
  if (remembered !== null) throw otherAccount(rail, account, remembered);
  const open = await unfinished(reader, rail);
  if (open > 0) throw paymentsUnderWay(rail, open);
}

/** From here on keys of no other account are used. What was read of a simulated one counts for nothing. */
export async function rememberAccount(work: Work, rail: ProviderRail, account: string): Promise<void> {
  await refuseOther(work.tx, rail, account);
  await work.tx.write
    .insertInto('provider_accounts')
    .values({ rail, account, since_ms: BigInt(work.nowMs) })
    .onConflict((conflict) => conflict.column('rail').doNothing())
    .execute();
  await work.tx.write.deleteFrom('sync_cursors').where('provider', '=', rail).execute();
  work.audit({ action: 'provider.account', subject: `rail:${rail}`, details: { account } });
  work.emit({ name: 'provider.account_known', subject: `rail:${rail}` });
}

/**
 * From here on another account may be used. What was paid from this one must be over and settled:
 * nobody could look it up any more. Where its history was read up to is forgotten with it.
 */
export async function releaseAccount(work: Work, rail: ProviderRail): Promise<void> {
  const account = await accountOf(work.tx, rail);
  if (account === null) throw noAccount(rail);
  const open = await unfinished(work.tx, rail);
  if (open > 0) throw paymentsUnderWay(rail, open);
  await work.tx.write.deleteFrom('provider_accounts').where('rail', '=', rail).execute();
  await work.tx.write.deleteFrom('sync_cursors').where('provider', '=', rail).execute();
  work.audit({ action: 'provider.release_account', subject: `rail:${rail}`, details: { account } });
  work.emit({ name: 'provider.account_released', subject: `rail:${rail}` });
}

/** Payouts of which that account may still have something to say. */
async function unfinished(reader: Reader, rail: ProviderRail): Promise<number> {
  const [row] = await reader.rows<{ payouts: bigint }>(sql`
    select cast(count(*) as bigint) as payouts from payouts p where p.rail = ${rail} and (
      p.status in ('processing', 'quarantined')
      or (p.status = 'completed' and p.settled_at_ms is null)
      or exists (select 1 from payout_attempts a where a.payout_id = p.id and a.status = 'open'))`);
  return Number(row?.payouts ?? 0n);
}
