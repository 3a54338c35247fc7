/** Staff: who they are, what they may do, and the public key their approvals verify with. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Credentials, type KdfParameters, kdfParameters, type SealedKey, sealedKey } from '../contract/vault.ts';
import type { Role } from '../contract/words.ts';
import type { StaffId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { nameTaken, signInRefused, unknownStaff } from './errors.ts';

export interface StaffRecord {
  readonly id: StaffId;
  readonly name: string;
  readonly status: 'active' | 'left';
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly createdAtMs: number;
}

/** Two spellings of one name are one name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

export async function listStaff(reader: Reader): Promise<readonly StaffRecord[]> {
  const people = await reader.db.selectFrom('staff').selectAll().orderBy('created_at_ms').orderBy('id').execute();
  const grants = await reader.db.selectFrom('staff_roles').selectAll().where('revoked_at_ms', 'is', null).execute();
  return people.map((person) => ({
    id: person.id as StaffId,
    name: person.name,
    status: person.status,
    publicKey: person.public_key,
    roles: grants.filter((grant) => grant.staff_id === person.id).map((grant) => grant.role),
    groups: [],
    createdAtMs: Number(person.created_at_ms),
  }));
}

export async function activeStaff(reader: Reader, id: string): Promise<StaffRecord> {
  const person = (await listStaff(reader)).find((member) => member.id === id && member.status === 'active');
  if (!person) throw unknownStaff(id);
  return person;
}

/** What a sign-in needs to know of a name, or null; callers must not tell the two apart to the outside. */
export async function kdfOf(reader: Reader, name: string): Promise<KdfParameters | null> {
  const row = await reader.db
    .selectFrom('staff')
    .select('kdf')
    .where('name_key', '=', nameKey(name))
    .executeTakeFirst();
  return row ? kdfParameters.parse(JSON.parse(row.kdf)) : null;
}

export async function addStaff(
  work: Work,
  input: { readonly name: string; readonly roles: readonly Role[]; readonly credentials: Credentials },
): Promise<StaffRecord> {
  const key = nameKey(input.name);
  const taken = await work.tx.db.selectFrom('staff').select('id').where('name_key', '=', key).executeTakeFirst();
  if (taken) throw nameTaken(input.name);
  const id = work.ids.next('staff');
  const { credentials } = input;
  const roles = [...new Set(input.roles)];
  await work.tx.write
    .insertInto('staff')
    .values({
      id,
      name: input.name,
      name_key: key,
      status: 'active',
      public_key: credentials.publicKey,
      ...secretsOf(credentials),
      created_at_ms: BigInt(work.nowMs),
      left_at_ms: null,
    })
    .execute();
  await work.tx.write
    .insertInto('staff_roles')
    .values(
      roles.map((role) => ({
        staff_id: id,
        role,
        granted_at_ms: BigInt(work.nowMs),
        granted_by: work.actor.id,
        revoked_at_ms: null,
      })),
    )
    .execute();
  work.audit({
    action: 'staff.add',
    subject: `staff:${id}`,
    details: { name: input.name, roles, publicKey: credentials.publicKey },
  });
  work.emit({ name: 'staff.added', subject: `staff:${id}` });
  return { id, name: input.name, status: 'active', publicKey: credentials.publicKey, roles, groups: [], createdAtMs: work.nowMs };
}

/** The passphrase changes; the key pair, and with it the person, stays the same. */
export async function changePassphrase(
  work: Work,
  staffId: string,
  input: { readonly signInProof: string; readonly credentials: Credentials },
): Promise<void> {
  const row = await work.tx.db.selectFrom('staff').selectAll().where('id', '=', staffId).executeTakeFirst();
  if (!row || !proofMatches(row.sign_in_verifier, input.signInProof)) throw signInRefused();
  if (row.public_key !== input.credentials.publicKey) throw signInRefused();
  await work.tx.write.updateTable('staff').set(secretsOf(input.credentials)).where('id', '=', staffId).execute();
  work.audit({ action: 'session.change_passphrase', subject: `staff:${staffId}` });
}

export interface SignedIn {
  readonly staff: StaffRecord;
  readonly sealedPrivateKey: SealedKey;
  readonly kdf: KdfParameters;
}

/** Null for an unknown name, somebody who left, and a wrong passphrase alike. */
export async function checkSignIn(reader: Reader, name: string, signInProof: string): Promise<SignedIn | null> {
  const row = await reader.db.selectFrom('staff').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
  const verifier = row?.sign_in_verifier ?? '0'.repeat(64);
  const matches = proofMatches(verifier, signInProof);
  if (!row || !matches || row.status !== 'active') return null;
  return {
    staff: await activeStaff(reader, row.id),
    sealedPrivateKey: sealedKey.parse(JSON.parse(row.sealed_private_key)),
    kdf: kdfParameters.parse(JSON.parse(row.kdf)),
  };
}

function secretsOf(credentials: Credentials): { sealed_private_key: string; kdf: string; sign_in_verifier: string } {
  return {
    sealed_private_key: JSON.stringify(credentials.sealedPrivateKey),
    kdf: JSON.stringify(credentials.kdf),
    sign_in_verifier: verifierOf(credentials.signInProof),
  };
}

function verifierOf(proof: string): string {
  return createHash('sha256')
    .update('countersign sign-in verifier v1\n')
    .update(Buffer.from(proof, 'hex'))
    .digest('hex');
}

function proofMatches(verifier: string, proof: string): boolean {
  return timingSafeEqual(Buffer.from(verifier, 'hex'), Buffer.from(verifierOf(proof), 'hex'));
}
