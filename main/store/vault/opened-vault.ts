/** A vault that is open for writing, and what its owner can do with it. */
import { randomBytes } from 'node:crypto';
import { Refusal } from '../../../core/errors/refusal.ts';
import type { Writer } from '../../../core/store/tx.ts';
import type { StoreHooks } from '../hooks.ts';
import type { ReadStore } from '../kysely-store.ts';
import { changeKey, openDatabase } from '../sqlite/database.ts';
import { type SqliteWriteStore, sqliteReadStore } from '../sqlite/store.ts';
import { type BackupTaken, checkpointFileOf, takeBackup } from './backup.ts';
import { checkpointForBackup } from './backup-checkpoint.ts';
import { writeDurably } from './durable-file.ts';
import type { Opening } from './generation.ts';
import { type Keys, keysText, nameTag, type Slot, writeKeys } from './keys-file.ts';
import { slotKeyPair } from './sealed-key.ts';
import { makeSlot, type PersonSlot, settled, withNextKey } from './slots.ts';

export interface OpenVault {
  readonly file: string;
  readonly vaultId: string;
  readonly opening: Opening;
  /** The fingerprint that the keys file holds this vault to. */
  founding(): string | null;
  /** From now on. */
  holdTo(fingerprint: string): void;
  /** The migrations that this opening took the vault through. */
  readonly migrated: readonly number[];
  readonly writer: Writer;
  /** For long reads: a connection of its own, which never holds up a write. Close it before `rekey`. */
  openReadOnly(): ReadStore;
  /** A copy, for whoever restarts an engine that died without asking a person again. */
  dataKey(): Uint8Array;
  /** Is there a slot of this person, and does this secret open it? */
  personSlot(name: string, slotSecret: string): 'opens' | 'does not open' | 'missing';
  addPerson(slot: PersonSlot): void;
  /** The same person under a new passphrase; the old one opens nothing afterwards. */
  replacePerson(slot: PersonSlot): void;
  removePerson(name: string): void;
  addMachine(keyFile: string): void;
  removeMachines(): void;
  /** The old code opens nothing afterwards. */
  replaceRecovery(slotSecret: string): void;
  backup(to: string, nowMs: number): Promise<BackupTaken>;
  /** A new data key for everything, sealed to every slot; nobody is asked for a passphrase. */
  rekey(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedState {
  readonly file: string;
  readonly store: SqliteWriteStore;
  readonly keys: Keys;
  readonly dataKey: Uint8Array;
  readonly opening: Opening;
  readonly migrated: readonly number[];
  readonly lock: { release(): void };
  readonly hooks: StoreHooks;
}

export function openedVault({ file, store, opening, migrated, lock, hooks, ...initial }: OpenedState): OpenVault {
  let { keys, dataKey } = initial;
  const { vaultId } = keys;
  const readers = new Set<ReadStore>();

  function changeSlots(slots: readonly Slot[]): void {
    const changed = { ...keys, slots: [...slots] };
    writeKeys(file, changed, [dataKey]);
    keys = changed;
  }

  const isPerson = (name: string) => {
    const tag = nameTag(vaultId, name);
    return (slot: Slot) => slot.kind === 'person' && slot.tag === tag;
  };

  return {
    file,
    vaultId,
    opening,
    migrated,
    writer: store,

    founding: () => keys.founding,

    holdTo(fingerprint) {
      const changed = { ...keys, founding: fingerprint };
      writeKeys(file, changed, [dataKey]);
      keys = changed;
    },

    openReadOnly() {
      const reader = sqliteReadStore(openDatabase({ file, dataKey, mode: 'read' }), hooks);
      const counted: ReadStore = {
        ...reader,
        close: async () => {
          readers.delete(counted);
          await reader.close();
        },
      };
      readers.add(counted);
      return counted;
    },

    dataKey: () => Uint8Array.from(dataKey),

    personSlot(name, slotSecret) {
      const { publicKey } = slotKeyPair(Buffer.from(slotSecret, 'hex'), vaultId);
      const slots = keys.slots.filter(isPerson(name));
      if (slots.length === 0) return 'missing';
      return slots.some((slot) => slot.publicKey === publicKey) ? 'opens' : 'does not open';
    },

    addPerson(slot) {
      changeSlots([...keys.slots, makeSlot(vaultId, slot, dataKey)]);
    },

    replacePerson(slot) {
      const isThem = isPerson(slot.name);
      if (!keys.slots.some(isThem)) throw new Error('Only somebody who has a key slot can have it replaced');
      changeSlots([...keys.slots.filter((other) => !isThem(other)), makeSlot(vaultId, slot, dataKey)]);
    },

    removePerson(name) {
      const isThem = isPerson(name);
      changeSlots(keys.slots.filter((slot) => !isThem(slot)));
    },

    addMachine(keyFile) {
      changeSlots([...keys.slots, makeSlot(vaultId, { kind: 'machine', keyFile }, dataKey)]);
    },

    removeMachines() {
      changeSlots(keys.slots.filter((slot) => slot.kind !== 'machine'));
    },

    replaceRecovery(slotSecret) {
      const { publicKey } = slotKeyPair(Buffer.from(slotSecret, 'hex'), vaultId);
      const others = keys.slots.filter((slot) => slot.kind !== 'recovery');
      if (keys.slots.some((slot) => slot.kind === 'recovery' && slot.publicKey === publicKey)) return;
      changeSlots([...others, makeSlot(vaultId, { kind: 'sheet', slotSecret }, dataKey)]);
    },

    async backup(to, nowMs) {
      const checkpoint = await checkpointForBackup(store, nowMs);
      // A copy, because closing the vault or changing its key wipes this one in the meantime.
      const ownKey = Uint8Array.from(dataKey);
      try {
        const taken = await takeBackup({ file, dataKey: ownKey, keysText: keysText(keys, [ownKey]), to, nowMs });
        if (checkpoint !== null) writeDurably(checkpointFileOf(to), checkpoint);
        return taken;
      } finally {
        ownKey.fill(0);
      }
    },

    async rekey() {
      if (readers.size > 0)
        throw new Refusal('vault.in_use', {}, 'The key cannot be changed while reports are being read.');
      const next = randomBytes(32);
      const both = withNextKey(keys, next);
      await store.exclusively((database) => {
        // With both keys beside it, a crash at any moment leaves a vault that opens.
        writeKeys(file, both, [dataKey, next]);
        changeKey(database, next);
        dataKey.fill(0);
        // From here on this is the key, even when writing the keys file again should fail.
        keys = settled(both, 'next');
        dataKey = next;
        writeKeys(file, keys, [dataKey]);
        // Until then the write-ahead file holds pages under the old key.
        database.pragma('wal_checkpoint(truncate)');
      });
    },

    async close() {
      for (const reader of [...readers]) await reader.close();
      await store.close();
      lock.release();
      dataKey.fill(0);
    },
  };
}
