import { writeFirstPolicy } from '../approvals/policy/versions.ts';
import { newVaultKey } from '../audit/vault-key.ts';
import type { Credentials } from '../contract/vault.ts';
import { ROLES } from '../contract/words.ts';
import type { VaultId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { addStaff, type StaffRecord } from './staff.ts';

export interface Founding {
  readonly vaultId: VaultId;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly founder: { readonly name: string; readonly credentials: Credentials };
}

/** A new treasury's first records: what it is, its policy, and the one person who sets it up. */
export async function foundTreasury(work: Work, founding: Founding): Promise<StaffRecord> {
  const vaultKey = newVaultKey(work.secrets);
  await work.tx.write
    .insertInto('vault')
    .values({
      one: 1n,
      id: founding.vaultId,
      name: founding.name,
      network: founding.network,
      created_at_ms: BigInt(work.nowMs),
      generation: 1n,
      fenced_at_ms: null,
      fence_reason: null,
      compared_at_ms: null,
      ...vaultKey,
    })
    .execute();
  work.audit({
    action: 'vault.create',
    subject: `vault:${founding.vaultId}`,
    details: { name: founding.name, network: founding.network, publicKey: vaultKey.public_key },
  });
  const founder = await addStaff(work, { ...founding.founder, roles: ROLES });
  await writeFirstPolicy(work, founder.id);
  work.audit({ action: 'policy.write', subject: 'policy:1', details: { version: 1 } });
  return founder;
}
