/** Staff: who they are, what they may do, and the public key their approvals verify with. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Credentials, type KdfParameters, kdfParameters, type SealedKey, sealedKey } from '../contract/vault.ts';
import type { Role } from '../contract/words.ts';
import type { StaffId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { signInRefused, unknownStaff } from './errors.ts';
import { nameKey } from './names.ts';
import type { StaffSecrets } from './staff-records.ts';
import type { TrustedPerson } from './trust/state.ts';
import { readTrust, trustOf } from './trust/trust.ts';

export interface StaffRecord {
  readonly id: StaffId;
  readonly name: string;
  readonly status: 'active' | 'left';
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  /** Keys they signed with before, which sign nothing any more. */
  readonly pastKeys: readonly string[];
  readonly createdAtMs: number;
}

/** Whose name it is, also after they left. */
export async function staffIdOf(reader: Reader, name: string): Promise<string | null> {
  const row = await reader.db.selectFrom('staff').select('id').where('name_key', '=', nameKey(name)).executeTakeFirst();
  return row?.id ?? null;
}

/** As the chain of trust has it; nobody where there is no treasury yet. */
export async function listStaff(reader: Reader): Promise<readonly StaffRecord[]> {
  const trust = await readTrust(reader);
  return trust === null ? [] : [...trust.people.values()].map(recordOf);
}

export async function activeStaff(reader: Reader, id: string): Promise<StaffRecord> {
  const person = (await trustOf(reader)).people.get(id);
  if (person?.status !== 'active') throw unknownStaff(id);
  return recordOf(person);
}

function recordOf({ id, name, status, publicKey, roles, groups, sinceMs, grants }: TrustedPerson): StaffRecord {
  const keys = grants.filter(({ what }) => what === 'key').map(({ value }) => value);
  const pastKeys = keys.filter((key) => key !== publicKey);
  return { id: id as StaffId, name, status, publicKey, roles, groups, pastKeys, createdAtMs: sinceMs };
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

/** The passphrase changes; the key pair, and with it the person, stays the same. */
export async function changePassphrase(
  work: Work,
  staffId: string,
  input: { readonly signInProof: string; readonly credentials: Credentials },
): Promise<void> {
  const publicKey = await provePassphrase(work.tx, staffId, input.signInProof);
  if (publicKey !== input.credentials.publicKey) throw signInRefused();
  await work.tx.write.updateTable('staff').set(secretsOf(input.credentials)).where('id', '=', staffId).execute();
  work.audit({ action: 'session.change_passphrase', subject: `staff:${staffId}` });
}

/** The same key, sealed with the founding of this treasury in it. */
export async function pinFounding(
  work: Work,
  staffId: string,
  input: { readonly signInProof: string; readonly sealedPrivateKey: SealedKey },
): Promise<void> {
  await provePassphrase(work.tx, staffId, input.signInProof);
  await work.tx.write
    .updateTable('staff')
    .set({ sealed_private_key: JSON.stringify(input.sealedPrivateKey) })
    .where('id', '=', staffId)
    .execute();
  work.audit({ action: 'session.pin_founding', subject: `staff:${staffId}` });
}

/** That the person themselves is there, and not only their open session. Gives their public key. */
export async function provePassphrase(reader: Reader, staffId: string, signInProof: string): Promise<string> {
  const row = await reader.db
    .selectFrom('staff')
    .select(['sign_in_verifier', 'public_key'])
    .where('id', '=', staffId)
    .where('status', '=', 'active')
    .executeTakeFirst();
  if (!row || !proofMatches(row.sign_in_verifier, signInProof)) throw signInRefused();
  return row.public_key;
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

export function secretsOf(credentials: Credentials): StaffSecrets {
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
