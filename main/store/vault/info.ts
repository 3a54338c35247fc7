import { statSync } from 'node:fs';
import { requireVault } from './database-of-vault.ts';
import { readKeys, type Slot } from './keys-file.ts';

export interface VaultInfo {
  readonly vaultId: string;
  readonly format: number;
  readonly generation: number;
  readonly slots: Readonly<Record<Slot['kind'], number>>;
  readonly bytes: number;
}

/** What can be known of a vault without opening it. */
export function vaultInfo(file: string): VaultInfo {
  requireVault(file);
  const { vaultId, format, generation, slots } = readKeys(file);
  const count = (kind: Slot['kind']) => slots.filter((slot) => slot.kind === kind).length;
  return {
    vaultId,
    format,
    generation,
    slots: { person: count('person'), recovery: count('recovery'), machine: count('machine') },
    bytes: statSync(file).size,
  };
}
