/** Makes a vault, in a file or in a database that others share, and writes the first records of its treasury. */
import { type Founded, foundTreasury } from '../../core/access/founding.ts';
import { listStaff } from '../../core/access/staff.ts';
import { recoverySheet } from '../../core/canonical/recovery-sheet.ts';
import type { Credentials } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Clock, Ids, VaultId } from '../../core/ids/ids.ts';
import { type Origin, perform } from '../../core/store/command.ts';
import type { Writer } from '../../core/store/tx.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { openSecrets, type SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import { shippedMigrations as migrations } from '../store/shipped-migrations.ts';
import { createVault } from '../store/vault/create.ts';
import { newRecoveryCode } from '../store/vault/recovery-code.ts';
import type { EngineOptions } from './host.ts';
import type { OpenStore } from './open-treasury.ts';
import { placeForVault } from './vault-places.ts';

export interface NewVault {
  readonly file?: string | undefined;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly founder: { readonly name: string; readonly credentials: Credentials };
}

export interface VaultFounded {
  readonly vaultId: VaultId;
  readonly staffId: string;
  /** Shown once, and stored nowhere. */
  readonly recoveryCode: string;
  readonly foundingFingerprint: string;
}

interface Founding {
  readonly vaultId: VaultId;
  readonly input: NewVault;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly ids: Ids;
}

interface FoundedStore {
  readonly store: OpenStore;
  readonly founded: VaultFounded;
}

type Target = EngineOptions['target'];
type Database = Extract<Target, { kind: 'postgres' }>;

export function foundVault(target: Target, founding: Founding): Promise<FoundedStore> {
  return target.kind === 'postgres'
    ? inDatabase(target, founding)
    : inFile(placeForVault(target, founding.input), founding);
}

async function inFile(file: string, founding: Founding): Promise<FoundedStore> {
  const { vaultId, input, clock } = founding;
  const { name, credentials } = input.founder;
  const { vault, founded, recoveryCode } = await createVault({
    file,
    vaultId,
    founder: { kind: 'person', name, kdf: credentials.kdf, slotSecret: credentials.slotSecret },
    migrations,
    nowMs: clock.nowMs(),
    found: (writer, code) => found(writer, null, code, founding),
    fingerprint: ({ fingerprint }) => fingerprint,
  });
  return { store: { kind: 'sqlite', vault }, founded: foundedAs(vaultId, founded, recoveryCode) };
}

async function inDatabase({ url, secretsKey }: Database, founding: Founding): Promise<FoundedStore> {
  const writer = openPostgres({ url });
  try {
    if ((await listStaff(writer)).length > 0) throw new Refusal('vault.exists');
    const recoveryCode = newRecoveryCode();
    const founded = await found(writer, secretsKey, recoveryCode, founding);
    const store: OpenStore = { kind: 'postgres', url, secretsKey, writer, close: () => writer.close() };
    return { store, founded: foundedAs(founding.vaultId, founded, recoveryCode) };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function foundedAs(vaultId: VaultId, { founder, fingerprint }: Founded, recoveryCode: string): VaultFounded {
  return { vaultId, staffId: founder.id, recoveryCode, foundingFingerprint: fingerprint };
}

async function found(
  writer: Writer,
  secretsKey: SecretsKeyFile | null,
  recoveryCode: string,
  { vaultId, input, origin, clock, ids }: Founding,
): Promise<Founded> {
  const sheet = await recoverySheet(recoveryCode);
  if (!sheet) throw new Error('A recovery code was made that is none');
  const recoveryKey = sheet.publicKey;
  const { name, network, founder } = input;
  const actor = { kind: 'staff', id: 'founder', name: founder.name, roles: [] } as const;
  return perform(
    { writer, clock, ids, secrets: await openSecrets(writer, secretsKey) },
    { action: 'vault.create', actor, origin },
    (work) => foundTreasury(work, { vaultId, name, network, founder, recoveryKey }),
  );
}
