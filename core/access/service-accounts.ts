/**
 * Programs that may ask over HTTP. Which there are, and what they may do, is what admins signed; a
 * token only names one of them, and never gives more than the account has.
 */
import type { ServiceAccount } from '../contract/service-accounts.ts';
import type { Actor } from '../store/command.ts';
import type { Reader, Writer } from '../store/tx.ts';
import type { TrustedAccount } from './trust/state.ts';
import { soundTrust } from './trust/trust.ts';

/** Written once a minute at most: it is for finding the ones that nobody uses. */
const SEEN_EVERY_MS = 60_000;

export async function listServiceAccounts(reader: Reader): Promise<ServiceAccount[]> {
  const seen = await reader.db.selectFrom('service_sightings').selectAll().execute();
  const seenAtMs = new Map(seen.map((row) => [row.subject, Number(row.last_seen_at_ms)]));
  const { accounts } = await soundTrust(reader);
  return [...accounts.values()].map(({ since, roles, ...account }) => ({
    ...account,
    roles: [...roles],
    sinceMs: since.atMs,
    lastSeenAtMs: seenAtMs.get(account.subject) ?? null,
  }));
}

/** Null where nobody registered it, or it was retired. */
export async function activeServiceAccount(reader: Reader, subject: string): Promise<TrustedAccount | null> {
  const account = (await soundTrust(reader)).accounts.get(subject);
  return account?.status === 'active' ? account : null;
}

/** Not to be taken for a person's id, whatever the subject is. */
export function serviceActor(
  { subject, name }: Pick<TrustedAccount, 'subject' | 'name'>,
  roles: Actor['roles'],
): Actor {
  return { kind: 'service', id: `service:${subject}`, name, roles };
}

export async function noteSeen(writer: Writer, subject: string, nowMs: number): Promise<void> {
  const row = await writer.db
    .selectFrom('service_sightings')
    .select('last_seen_at_ms')
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (row && nowMs - Number(row.last_seen_at_ms) < SEEN_EVERY_MS) return;
  const now = { last_seen_at_ms: BigInt(nowMs) };
  await writer.transaction((tx) =>
    tx.write
      .insertInto('service_sightings')
      .values({ subject, ...now })
      .onConflict((conflict) => conflict.column('subject').doUpdateSet(now))
      .execute(),
  );
}
