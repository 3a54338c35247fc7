/** The ways into a vault: making a slot, and getting the data key out of one. */
import { randomBytes } from 'node:crypto';
import type { KdfParameters } from '../../../core/contract/vault.ts';
import { Refusal } from '../../../core/errors/refusal.ts';
import { damagedKeys, type Keys, nameTag, type ProvenKeys, provenBy, type Slot } from './keys-file.ts';
import { readMachineKey } from './machine-key.ts';
import { recoverySecret } from './recovery-code.ts';
import { type SlotKeyPair, sealTo, slotKeyPair, unseal } from './sealed-key.ts';

/** A person's slot; the secret is what their desk made of the passphrase (32 bytes in hex). */
export interface PersonSlot {
  readonly kind: 'person';
  readonly name: string;
  readonly kdf: KdfParameters;
  readonly slotSecret: string;
}

export type NewSlot =
  | PersonSlot
  | { readonly kind: 'recovery'; readonly code: string }
  /** The recovery slot, by what the code's desk made of it. */
  | { readonly kind: 'sheet'; readonly slotSecret: string }
  | { readonly kind: 'machine'; readonly keyFile: string };

/** A secret that opens a slot. */
type SlotUnlock =
  | { readonly kind: 'slot'; readonly name: string; readonly slotSecret: string }
  | { readonly kind: 'recovery'; readonly code: string }
  | { readonly kind: 'sheet'; readonly slotSecret: string }
  | { readonly kind: 'machine'; readonly keyFile: string };

export type Unlock =
  | SlotUnlock
  /** The data key itself, kept in memory by whoever restarts an engine that died. */
  | { readonly kind: 'resume'; readonly dataKey: Uint8Array };

/** A `rekey` that was cut short leaves two: the database has one of them. */
export interface DataKeyCandidate {
  readonly dataKey: Uint8Array;
  readonly which: WhichKey;
}

export type WhichKey = 'current' | 'next';

export function makeSlot(vaultId: string, request: NewSlot, dataKey: Uint8Array): Slot {
  const id = randomBytes(8).toString('hex');
  const { publicKey } = slotKeyPair(secretOf(request), vaultId);
  const kind = request.kind === 'sheet' ? 'recovery' : request.kind;
  const base = {
    id,
    publicKey,
    sealed: sealTo(publicKey, dataKey, { vaultId, slotId: id, kind }),
    next: null,
  };
  return request.kind === 'person'
    ? { ...base, kind: 'person', tag: nameTag(vaultId, request.name), kdf: request.kdf }
    : { ...base, kind: request.kind === 'machine' ? 'machine' : 'recovery' };
}

/** A wrong secret and an unknown name are one refusal: nothing tells them apart. */
export function unlockKeys(keys: ProvenKeys, unlock: Unlock): readonly DataKeyCandidate[] {
  if (unlock.kind === 'resume') {
    const which = provenBy(keys, unlock.dataKey);
    if (which === null) throw new Refusal('vault.wrong_passphrase');
    return [{ dataKey: Uint8Array.from(unlock.dataKey), which }];
  }
  const pair = slotKeyPair(secretOf(unlock), keys.vaultId);
  const slot = keys.slots.find(
    (candidate) => candidate.publicKey === pair.publicKey && isMeant(candidate, keys.vaultId, unlock),
  );
  if (slot === undefined) throw new Refusal('vault.wrong_passphrase');
  const candidates = unsealAll(keys.vaultId, slot, pair);
  if (!candidates.every(({ dataKey, which }) => provenBy(keys, dataKey) === which)) throw damagedKeys();
  return candidates;
}

/** Every slot with the next data key beside the current one. */
export function withNextKey(keys: Keys, next: Uint8Array): Keys {
  return {
    ...keys,
    slots: keys.slots.map((slot) => ({
      ...slot,
      next: sealTo(slot.publicKey, next, { vaultId: keys.vaultId, slotId: slot.id, kind: slot.kind }),
    })),
  };
}

/** Ends a `rekey`: with the next key in force, or as if it had not begun. */
export function settled(keys: Keys, inForce: WhichKey): Keys {
  return {
    ...keys,
    slots: keys.slots.map((slot) => ({
      ...slot,
      sealed: inForce === 'next' && slot.next !== null ? slot.next : slot.sealed,
      next: null,
    })),
  };
}

function secretOf(way: NewSlot | SlotUnlock): Uint8Array {
  switch (way.kind) {
    case 'person':
    case 'slot':
    case 'sheet':
      return Buffer.from(way.slotSecret, 'hex');
    case 'recovery':
      return recoverySecret(way.code);
    case 'machine':
      return readMachineKey(way.keyFile);
  }
}

function isMeant(slot: Slot, vaultId: string, unlock: SlotUnlock): boolean {
  if (unlock.kind === 'sheet') return slot.kind === 'recovery';
  if (unlock.kind !== 'slot') return slot.kind === unlock.kind;
  return slot.kind === 'person' && slot.tag === nameTag(vaultId, unlock.name);
}

/** The public key matched, so the secret is right: what does not unseal now was changed. */
function unsealAll(vaultId: string, slot: Slot, pair: SlotKeyPair): readonly DataKeyCandidate[] {
  const belongsTo = { vaultId, slotId: slot.id, kind: slot.kind };
  try {
    const current = { dataKey: unseal(pair, slot.sealed, belongsTo), which: 'current' } as const;
    return slot.next === null ? [current] : [current, { dataKey: unseal(pair, slot.next, belongsTo), which: 'next' }];
  } catch {
    throw damagedKeys();
  }
}
