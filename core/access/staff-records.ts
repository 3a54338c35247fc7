/** The tables of people: written when a governance act is done, and by nothing else. */
import type { Work } from '../store/command.ts';
import { nameKey } from './names.ts';
import type { TrustedPerson } from './trust/state.ts';

/** What a person's passphrase made: to be stored as it is. */
export interface StaffSecrets {
  readonly sealed_private_key: string;
  readonly kdf: string;
  readonly sign_in_verifier: string;
}

export async function insertStaff(work: Work, person: TrustedPerson, secrets: StaffSecrets): Promise<void> {
  const { id, name, publicKey } = person;
  await work.tx.write
    .insertInto('staff')
    .values({
      id,
      name,
      name_key: nameKey(name),
      status: 'active',
      public_key: publicKey,
      ...secrets,
      created_at_ms: BigInt(work.nowMs),
      left_at_ms: null,
    })
    .execute();
  await regrant(work, person);
}

/** Ends the roles and groups that they no longer have, and begins those they did not have. */
export async function regrant(work: Work, { id, roles, groups }: TrustedPerson): Promise<void> {
  const { write } = work.tx;
  const ended = { revoked_at_ms: BigInt(work.nowMs) };
  const begun = { staff_id: id, granted_at_ms: BigInt(work.nowMs), granted_by: work.actor.id, revoked_at_ms: null };
  const held = { roles: [...roles], groups: [...groups] };

  let endRoles = write.updateTable('staff_roles').set(ended).where('staff_id', '=', id);
  if (held.roles.length > 0) endRoles = endRoles.where('role', 'not in', held.roles);
  await endRoles.where('revoked_at_ms', 'is', null).execute();
  const hasRole = await write
    .selectFrom('staff_roles')
    .select('role')
    .where('staff_id', '=', id)
    .where('revoked_at_ms', 'is', null)
    .execute();
  const newRoles = held.roles.filter((role) => !hasRole.some((had) => had.role === role));
  if (newRoles.length > 0) {
    await write
      .insertInto('staff_roles')
      .values(newRoles.map((role) => ({ ...begun, role })))
      // Taken away and given back within one millisecond.
      .onConflict((conflict) =>
        conflict.columns(['staff_id', 'role', 'granted_at_ms']).doUpdateSet({ revoked_at_ms: null }),
      )
      .execute();
  }

  let endGroups = write.updateTable('staff_groups').set(ended).where('staff_id', '=', id);
  if (held.groups.length > 0) endGroups = endGroups.where('group_name', 'not in', held.groups);
  await endGroups.where('revoked_at_ms', 'is', null).execute();
  const hasGroup = await write
    .selectFrom('staff_groups')
    .select('group_name')
    .where('staff_id', '=', id)
    .where('revoked_at_ms', 'is', null)
    .execute();
  const newGroups = held.groups.filter((group) => !hasGroup.some((had) => had.group_name === group));
  if (newGroups.length === 0) return;
  await write
    .insertInto('staff_groups')
    .values(newGroups.map((group_name) => ({ ...begun, group_name })))
    .onConflict((conflict) =>
      conflict.columns(['staff_id', 'group_name', 'granted_at_ms']).doUpdateSet({ revoked_at_ms: null }),
    )
    .execute();
}

/** History stays; nothing signs them in any more. */
export async function markLeft(work: Work, person: TrustedPerson): Promise<void> {
  await work.tx.write
    .updateTable('staff')
    .set({ status: 'left', left_at_ms: BigInt(work.nowMs) })
    .where('id', '=', person.id)
    .execute();
  await regrant(work, person);
}

export async function replaceKey(work: Work, staffId: string, publicKey: string, secrets: StaffSecrets): Promise<void> {
  await work.tx.write
    .updateTable('staff')
    .set({ public_key: publicKey, ...secrets })
    .where('id', '=', staffId)
    .execute();
}
