import { FIRST_POLICY_TEXT, writePolicy } from '../approvals/policy/versions.ts';
import { newVaultKey } from '../audit/vault-key.ts';
import type { Credentials } from '../contract/vault.ts';
import { ROLES } from '../contract/words.ts';
import { invariant } from '../errors/refusal.ts';
import type { VaultId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { activeStaff, type StaffRecord, secretsOf } from './staff.ts';
import { insertStaff } from './staff-records.ts';
import { type FoundingRecord, fingerprintOf, foundingText } from './trust/founding-record.ts';
import { sealedFingerprint } from './trust/pin.ts';
import { foundingState } from './trust/state.ts';
import { TRUST_SUBJECT } from './trust/trust.ts';

export interface Founding {
  readonly vaultId: VaultId;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly founder: { readonly name: string; readonly credentials: Credentials };
  /** The public key that follows from the recovery code. */
  readonly recoveryKey: string;
}

export interface Founded {
  readonly founder: StaffRecord;
  /** SHA-256 of the founding record. */
  readonly fingerprint: string;
}

/** A new treasury's first records: what it is, its policy, and the one person who sets it up. */
export async function foundTreasury(work: Work, founding: Founding): Promise<Founded> {
  const { vaultId, name, network, founder, recoveryKey } = founding;
  const vaultKey = newVaultKey(work.secrets);
  await work.tx.write
    .insertInto('vault')
    .values({
      one: 1n,
      id: vaultId,
      name,
      network,
      created_at_ms: BigInt(work.nowMs),
      generation: 1n,
      fenced_at_ms: null,
      fence_reason: null,
      compared_at_ms: null,
      ...vaultKey,
    })
    .execute();
  const record: FoundingRecord = {
    what: 'countersign founding v1',
    vault: vaultId,
    network,
    people: [
      {
        id: work.ids.next('staff'),
        name: founder.name,
        publicKey: founder.credentials.publicKey,
        roles: [...ROLES],
        groups: [],
      },
    ],
    vaultKey: vaultKey.public_key,
    recoveryKey,
    policy: { version: 1, text: FIRST_POLICY_TEXT },
    foundedAtMs: work.nowMs,
  };
  const statement = foundingText(record);
  const fingerprint = fingerprintOf(statement);
  await work.tx.write
    .insertInto('trust_founding')
    .values({ one: 1n, statement, sealed_fingerprint: sealedFingerprint(work.secrets, fingerprint) })
    .execute();
  const [first] = foundingState(record).people.values();
  invariant(first, 'a treasury is founded by somebody');
  await insertStaff(work, first, secretsOf(founder.credentials));
  await writePolicy(work, 1n, FIRST_POLICY_TEXT, first.id);
  work.audit({
    action: 'vault.create',
    subject: `vault:${vaultId}`,
    details: { name, network, publicKey: vaultKey.public_key },
  });
  work.audit({
    action: 'staff.add',
    subject: `staff:${first.id}`,
    details: { name: first.name, roles: first.roles, publicKey: first.publicKey },
  });
  work.emit({ name: 'staff.added', subject: `staff:${first.id}` });
  work.audit({ action: 'policy.write', subject: 'policy:1', details: { version: 1 } });
  work.audit({ action: 'trust.found', subject: TRUST_SUBJECT, details: { act: 0, hash: fingerprint } });
  return { founder: await activeStaff(work.tx, first.id), fingerprint };
}
