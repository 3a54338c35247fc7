/** Admins letting people in, as they do it: proposed, signed with their own keys, and done. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { prepareGovernance, signGovernance } from '../../core/access/governance.ts';
import { type NewPerson, proposePerson } from '../../core/access/propose.ts';
import { activeStaff, type StaffRecord } from '../../core/access/staff.ts';
import type { GovernanceTerms } from '../../core/contract/governance.ts';
import type { Work } from '../../core/store/command.ts';

const recovery = generateKeyPairSync('ed25519');

/** What a recovery sheet in a test signs with. */
export const RECOVERY_PRIVATE_KEY: KeyObject = recovery.privateKey;
export const RECOVERY_KEY: string = rawHex(recovery.publicKey);

export function rawHex(publicKey: KeyObject): string {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
}

export function signedBy(privateKey: KeyObject, statement: string): { statement: string; signature: string } {
  return { statement, signature: sign(null, Buffer.from(statement), privateKey).toString('hex') };
}

/** In one command of the only admin there is. */
export async function enrol(work: Work, adminKey: KeyObject, newcomer: NewPerson): Promise<StaffRecord> {
  const { staffId, statement } = await proposePerson(work, newcomer);
  const { complete } = await signGovernance(work, signedBy(adminKey, statement));
  if (!complete) throw new Error(`${newcomer.name} waits for a second admin`);
  return activeStaff(work.tx, staffId);
}

/** One admin's signature under these terms. */
export async function govern(work: Work, adminKey: KeyObject, terms: GovernanceTerms) {
  const { statement } = await prepareGovernance(work.tx, work.actor.id, terms, work.nowMs);
  return signGovernance(work, signedBy(adminKey, statement));
}
