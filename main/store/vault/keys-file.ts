/**
 * `NAME.vault.keys`: how the data key of the vault beside it can be had. No secret and no name
 * stands in it in plain. It is authenticated with the data key, so that nobody without that key
 * can slip in a slot of their own and wait for the next `rekey` to be let in.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { nameKey } from '../../../core/access/names.ts';
import { canonical } from '../../../core/canonical/canonical.ts';
import { type KdfParameters, kdfParameters } from '../../../core/contract/vault.ts';
import { hex } from '../../../core/contract/words.ts';
import { Refusal } from '../../../core/errors/refusal.ts';
import { writeDurably } from './durable-file.ts';
import { hkdf, sealedKey } from './sealed-key.ts';

const FORMAT = 1;

const slotBase = {
  id: hex(8),
  publicKey: hex(32),
  sealed: sealedKey,
  /** The next data key, while a `rekey` is under way. */
  next: sealedKey.nullable(),
};

const slot = z.discriminatedUnion('kind', [
  z.strictObject({ ...slotBase, kind: z.literal('person'), tag: hex(32), kdf: kdfParameters }),
  z.strictObject({ ...slotBase, kind: z.literal('recovery') }),
  z.strictObject({ ...slotBase, kind: z.literal('machine') }),
]);
export type Slot = z.infer<typeof slot>;

const contents = z.strictObject({
  format: z.literal(FORMAT),
  vaultId: z.string().min(1).max(100),
  /** Raised with the number inside the vault each time it is opened; 0 until the first time. */
  generation: z.int().min(0),
  /** Makes the stretching parameters of names that have no slot. */
  decoySecret: hex(32),
  /** SHA-256 of the founding record that the vault is held to; null where it had none when last opened. */
  founding: hex(32).nullable(),
  slots: z.array(slot).min(1).max(1000),
});
export type Keys = z.infer<typeof contents>;

/** One proof by the data key, and one by the next while a `rekey` is under way. */
const keysFile = z.strictObject({ ...contents.shape, proofs: z.array(hex(32)).min(1).max(2) });
export type ProvenKeys = z.infer<typeof keysFile>;

export function keysFileOf(file: string): string {
  return `${file}.keys`;
}

export function newKeys(vaultId: string): Keys {
  return {
    format: FORMAT,
    vaultId,
    generation: 0,
    decoySecret: randomBytes(32).toString('hex'),
    founding: null,
    slots: [],
  };
}

export function readKeys(file: string): ProvenKeys {
  const path = keysFileOf(file);
  if (!existsSync(path))
    throw new Refusal('vault.damaged', { part: 'keys' }, 'The keys file that belongs beside the vault is missing.');
  return parseKeys(readFileSync(path, 'utf8'));
}

export function parseKeys(text: string): ProvenKeys {
  const json = parseJson(text);
  const format = z.looseObject({ format: z.int() }).safeParse(json);
  if (format.success && format.data.format > FORMAT)
    throw new Refusal('vault.newer', { part: 'keys', format: format.data.format });
  const parsed = keysFile.safeParse(json);
  if (!parsed.success) throw damagedKeys();
  return parsed.data;
}

export function writeKeys(file: string, keys: Keys, dataKeys: readonly Uint8Array[]): void {
  writeDurably(keysFileOf(file), keysText(keys, dataKeys));
}

export function keysText(keys: Keys, dataKeys: readonly Uint8Array[]): string {
  const proven: ProvenKeys = { ...keys, proofs: dataKeys.map((dataKey) => proof(keys, dataKey)) };
  return `${JSON.stringify(proven, null, 2)}\n`;
}

/** Which of the data keys this is that wrote the file; null for a file that another key wrote. */
export function provenBy({ proofs, ...keys }: ProvenKeys, dataKey: Uint8Array): 'current' | 'next' | null {
  const expected = Buffer.from(proof(keys, dataKey), 'hex');
  const index = proofs.findIndex((given) => timingSafeEqual(Buffer.from(given, 'hex'), expected));
  return index === -1 ? null : index === 0 ? 'current' : 'next';
}

export function damagedKeys(): Refusal {
  return new Refusal('vault.damaged', { part: 'keys' }, 'The keys file beside the vault is damaged. Restore a backup.');
}

export function nameTag(vaultId: string, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['countersign name v1', vaultId, nameKey(name)]))
    .digest('hex');
}

/**
 * How the passphrase of a name is stretched. A name without a slot gets an answer too, always the
 * same, so that asking does not tell who is on staff.
 */
export function slotParameters(file: string, name: string): KdfParameters {
  const keys = readKeys(file);
  const tag = nameTag(keys.vaultId, name);
  const people = keys.slots.filter((candidate) => candidate.kind === 'person');
  const own = people.findLast((candidate) => candidate.tag === tag);
  if (own) return own.kdf;
  const salt = createHmac('sha256', Buffer.from(keys.decoySecret, 'hex')).update(tag).digest('hex').slice(0, 32);
  return { ...(people[0]?.kdf ?? USUAL_COST), salt };
}

/** What a decoy costs in a vault that only machines open. */
const USUAL_COST: KdfParameters = { algorithm: 'argon2id', salt: '', memoryKiB: 65_536, passes: 3, lanes: 1 };

function proof(keys: Keys, dataKey: Uint8Array): string {
  return createHmac('sha256', hkdf(dataKey, keys.vaultId, 'countersign keys file v1'))
    .update(canonical(keys))
    .digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damagedKeys();
  }
}
