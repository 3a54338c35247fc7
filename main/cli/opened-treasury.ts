/** A treasury opened by a verb that works on it without a server: its jobs run only when asked to. */
import { randomBytes } from 'node:crypto';
import { type Clock, timeOrderedIds } from '../../core/ids/ids.ts';
import { type OpenStore, OpenTreasury } from '../engine/open-treasury.ts';
import { recordFence } from '../engine/record-fence.ts';
import { forkedProcess } from '../signing/ledger/device-channel.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { shippedMigrations } from '../store/shipped-migrations.ts';
import { vaultRow } from '../store/vault/generation.ts';
import { openVault } from '../store/vault/open.ts';
import { secretsKeyFile, secretsKeyOption } from './secrets-key.ts';
import { unlockOptions, unlockWith } from './unlock.ts';
import { type Call, VerbFailed } from './verb.ts';
import { vaultOptions, whichVault } from './which-vault.ts';

export const treasuryOptions = { ...vaultOptions, ...unlockOptions, ...secretsKeyOption };

export async function withTreasury<T>(
  call: Pick<Call<typeof treasuryOptions>, 'options' | 'terminal'>,
  work: (open: OpenTreasury) => Promise<T>,
): Promise<T> {
  const { store, fence } = await openStore(call);
  const writer = store.kind === 'sqlite' ? store.vault.writer : store.writer;
  let open: OpenTreasury | null = null;
  try {
    const row = await vaultRow(writer);
    if (!row) throw new VerbFailed('There is no vault in this database yet.');
    const clock: Clock = { nowMs: () => Date.now() };
    open = await OpenTreasury.begin(
      store,
      { vaultId: row.id, name: row.name, network: row.network, fenced: row.fence !== null },
      {
        clock,
        ids: timeOrderedIds(clock, randomBytes),
        threadUrl: new URL('../engine/thread.ts', import.meta.url),
        startDevice: forkedProcess,
        backgroundJobs: false,
      },
    );
    if (fence !== null) await recordFence(open.treasury, fence);
    return await work(open);
  } finally {
    if (open) await open.close();
    else await (store.kind === 'sqlite' ? store.vault.close() : store.close());
  }
}

/** `fence`: why it was fenced by being opened now. */
async function openStore(
  call: Pick<Call<typeof treasuryOptions>, 'options' | 'terminal'>,
): Promise<{ store: OpenStore; fence: string | null }> {
  const which = whichVault(call.options);
  if (which.kind === 'file') {
    const { file } = which;
    const unlock = await unlockWith(file, call);
    const vault = await openVault({ file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
    const { fence, fencedNow } = vault.opening;
    return { store: { kind: 'sqlite', vault }, fence: fencedNow ? (fence?.reason ?? '') : null };
  }
  const writer = openPostgres({ url: which.url });
  const store = {
    kind: 'postgres',
    url: which.url,
    secretsKey: secretsKeyFile(call.options),
    writer,
    close: () => writer.close(),
  } as const;
  try {
    const applied = await writer.db.selectFrom('schema_migrations').select('number').execute();
    if (applied.length !== shippedMigrations.length) {
      throw new VerbFailed('The database has another schema than this version: run `countersign vault migrate`.');
    }
    return { store, fence: null };
  } catch (error) {
    await store.close();
    throw error;
  }
}
