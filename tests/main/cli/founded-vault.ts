/** A vault as the program founds one, with a passphrase that is cheap to stretch. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { foundTreasury } from '../../../core/access/founding.ts';
import { timeOrderedIds } from '../../../core/ids/ids.ts';
import { perform } from '../../../core/store/command.ts';
import { newCredentials } from '../../../main/signing/personal-desk.ts';
import { openSecrets } from '../../../main/store/secrets/open-secrets.ts';
import { shippedMigrations } from '../../../main/store/shipped-migrations.ts';
import { createVault } from '../../../main/store/vault/create.ts';
import type { OpenVault } from '../../../main/store/vault/opened-vault.ts';
import { RECOVERY_KEY } from '../../support/enrol.ts';

export const FOUNDER = 'Ada Founder';
export const PASSPHRASE = 'correct horse battery';

const CHEAP = { algorithm: 'argon2id', salt: '07'.repeat(16), memoryKiB: 64, passes: 1, lanes: 1 } as const;
const ANYONE = { kind: 'staff', id: 'founder', name: FOUNDER, roles: [] } as const;
const HERE = { host: 'cli', ip: null, userAgent: null, correlationId: 'test' } as const;

export interface FoundedVault {
  readonly folder: string;
  readonly file: string;
  readonly recoveryCode: string;
  /** Open for writing, as by a program that is running; close it before a verb that needs it alone. */
  readonly vault: OpenVault;
}

export async function foundedVault(): Promise<FoundedVault> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-cli-'));
  const file = path.join(folder, 'treasury.vault');
  const clock = { nowMs: Date.now };
  const ids = timeOrderedIds(clock, randomBytes);
  const vaultId = ids.next('vault');
  const credentials = await newCredentials(PASSPHRASE, CHEAP);
  const { vault, recoveryCode } = await createVault({
    file,
    vaultId,
    founder: { kind: 'person', name: FOUNDER, kdf: CHEAP, slotSecret: credentials.slotSecret },
    migrations: shippedMigrations,
    found: async (writer) =>
      perform(
        { writer, clock, ids, secrets: await openSecrets(writer, null) },
        { action: 'vault.create', actor: ANYONE, origin: HERE },
        (work) =>
          foundTreasury(work, {
            vaultId,
            name: 'Test',
            network: 'sandbox',
            founder: { name: FOUNDER, credentials },
            recoveryKey: RECOVERY_KEY,
          }),
      ),
    fingerprint: ({ fingerprint }) => fingerprint,
    nowMs: Date.now(),
  });
  return { folder, file, recoveryCode, vault };
}
