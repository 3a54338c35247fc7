/**
 * When people signed in, and which of their sessions still stand: each is of the epoch it began in,
 * and ends, on whichever server it is, when the epoch is raised.
 */
import { sql } from 'kysely';
import type { SignedInBefore } from '../contract/session.ts';
import { invariant } from '../errors/refusal.ts';
import type { Origin, Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { forgetTries, passphraseOf } from './failed-tries.ts';

/** The event on which every server looks at its sessions again. */
export const SESSIONS_ENDED = 'staff.sessions_ended';

export async function recordSignIn(
  work: Work,
  person: { readonly id: string; readonly name: string },
  origin: Origin,
): Promise<SignedInBefore> {
  const before = await work.tx.db
    .selectFrom('staff_sign_ins')
    .select(['signed_in_at_ms', 'host', 'ip'])
    .where('staff_id', '=', person.id)
    .executeTakeFirst();
  const failedTries = await forgetTries(work.tx, passphraseOf(person.name));
  const now = { signed_in_at_ms: BigInt(work.nowMs), host: origin.host, ip: origin.ip };
  await work.tx.write
    .insertInto('staff_sign_ins')
    .values({ staff_id: person.id, session_epoch: 0n, ...now })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(now))
    .execute();
  work.audit({ action: 'session.sign_in', subject: `staff:${person.id}`, details: { failedTries } });
  const atMs = before?.signed_in_at_ms ?? null;
  return {
    atMs: atMs === null ? null : Number(atMs),
    host: before?.host ?? null,
    ip: before?.ip ?? null,
    failedTries,
  };
}

export async function sessionEpochs(reader: Reader, staffIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (staffIds.length === 0) return new Map();
  const rows = await reader.db
    .selectFrom('staff_sign_ins')
    .select(['staff_id', 'session_epoch'])
    .where('staff_id', 'in', staffIds)
    .execute();
  const epochs = new Map(rows.map((row) => [row.staff_id, Number(row.session_epoch)]));
  return new Map(staffIds.map((id) => [id, epochs.get(id) ?? 0]));
}

export async function sessionEpoch(reader: Reader, staffId: string): Promise<number> {
  return (await sessionEpochs(reader, [staffId])).get(staffId) ?? 0;
}

/**
 * Signs a person out wherever they are signed in. For whatever changes who they are or what they
 * may do: a new passphrase, other roles, a lost factor, leaving. Gives the new epoch.
 */
export async function endSessionsOf(work: Work, staffId: string): Promise<number> {
  const { rows } = await work.tx.run<{ session_epoch: bigint }>(sql`
    insert into staff_sign_ins (staff_id, session_epoch) values (${staffId}, 1)
    on conflict (staff_id) do update set session_epoch = staff_sign_ins.session_epoch + 1
    returning session_epoch`);
  work.emit({ name: SESSIONS_ENDED, subject: `staff:${staffId}` });
  const epoch = rows[0]?.session_epoch;
  invariant(epoch !== undefined, 'raising an epoch gives it');
  return Number(epoch);
}
