/** Vault files for tests: real ones, with secrets that need no stretching. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Migration } from '../../core/store/migration.ts';
import type { Writer } from '../../core/store/tx.ts';
import { type Created, createVault } from '../../main/store/vault/create.ts';
import { openVault } from '../../main/store/vault/open.ts';
import type { OpenVault } from '../../main/store/vault/opened-vault.ts';
import type { PersonSlot, Unlock } from '../../main/store/vault/slots.ts';
import { migrations as allMigrations } from '../../migrations/index.ts';

export const NOW_MS = Date.UTC(2026, 0, 5, 9, 30);
export const FOUNDER = 'Ada Founder';

/** What a desk would make of this passphrase; quick, and different for each. */
export function slotSecret(passphrase: string): string {
  return createHash('sha256').update(passphrase).digest('hex');
}

export function personSlot(name: string, passphrase: string): PersonSlot {
  const salt = createHash('sha256').update(`${name} ${passphrase} salt`).digest('hex').slice(0, 32);
  return {
    kind: 'person',
    name,
    kdf: { algorithm: 'argon2id', salt, memoryKiB: 64, passes: 1, lanes: 1 },
    slotSecret: slotSecret(passphrase),
  };
}

export function byPassphrase(name: string, passphrase: string): Unlock {
  return { kind: 'slot', name, slotSecret: slotSecret(passphrase) };
}

export const FOUNDER_PASSPHRASE = 'correct horse';
export const asFounder: Unlock = byPassphrase(FOUNDER, FOUNDER_PASSPHRASE);

export interface VaultDesk {
  /** A folder of this test's own. */
  path(name: string): string;
  create(
    name?: string,
    overrides?: { readonly vaultId?: string; readonly migrations?: readonly Migration[] },
  ): Promise<Created<void>>;
  open(file: string, unlock?: Unlock, migrations?: readonly Migration[]): Promise<OpenVault>;
}

/** Inside a `describe` or at the top of a file; what was opened is closed and removed after each test. */
export function vaultDesk(): VaultDesk {
  let folder: string | undefined;
  const opened: OpenVault[] = [];
  afterEach(async () => {
    for (const vault of opened.splice(0)) await vault.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
    folder = undefined;
  });
  const path = (name: string) => {
    folder ??= mkdtempSync(join(tmpdir(), 'countersign-vault-'));
    return join(folder, name);
  };
  return {
    path,
    async create(name = 'treasury.vault', { vaultId = 'vlt_test', migrations = allMigrations } = {}) {
      const created = await createVault({
        file: path(name),
        vaultId,
        founder: personSlot(FOUNDER, FOUNDER_PASSPHRASE),
        migrations,
        found: (writer) => writeVaultRow(writer, vaultId),
        nowMs: NOW_MS,
      });
      opened.push(created.vault);
      return created;
    },
    async open(file, unlock = asFounder, migrations = allMigrations) {
      const vault = await openVault({ file, unlock, migrations, nowMs: NOW_MS });
      opened.push(vault);
      return vault;
    },
  };
}

export async function writeVaultRow(writer: Writer, vaultId: string): Promise<void> {
  await writer.transaction((tx) =>
    tx.write
      .insertInto('vault')
      .values({
        one: 1n,
        id: vaultId,
        name: 'Test treasury',
        network: 'sandbox',
        created_at_ms: BigInt(NOW_MS),
        generation: 1n,
        fenced_at_ms: null,
        fence_reason: null,
      })
      .execute(),
  );
}
