/**
 * The vault's own Ed25519 key. It signs what leaves the vault and must be known again outside:
 * checkpoints of the audit log, webhooks. The private half is sealed; the public half stands in
 * the vault's record and is pinned by whoever founded the vault.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Refusal } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import type { SecretBox } from '../store/secrets.ts';
import type { Reader } from '../store/tx.ts';

export interface VaultSigner {
  readonly vaultId: string;
  /** 32 bytes in hex. */
  readonly publicKey: string;
  /** Ed25519 over the UTF-8 bytes of the text, in hex. */
  sign(text: string): string;
}

const PURPOSE = 'vault signing key';
const RAW_KEY_BYTES = 32;

export interface NewVaultKey {
  readonly public_key: string;
  readonly sealed_signing_key: string;
}

export function newVaultKey(secrets: SecretBox): NewVaultKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    public_key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES).toString('hex'),
    sealed_signing_key: secrets.seal(PURPOSE, privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

/** A vault from before there were such keys gets one. Gives its public half, or null when it had one. */
export async function giveVaultKey(work: Work): Promise<string | null> {
  const key = newVaultKey(work.secrets);
  const changed = await work.tx.write
    .updateTable('vault')
    .set({ ...key })
    .where('public_key', 'is', null)
    .executeTakeFirst();
  work.audit({
    action: 'vault.key',
    subject: 'vault',
    details: changed.numUpdatedRows === 1n ? { publicKey: key.public_key } : { replayed: true },
  });
  return changed.numUpdatedRows === 1n ? key.public_key : null;
}

export async function vaultPublicKey(reader: Reader): Promise<string | null> {
  const row = await reader.db.selectFrom('vault').select('public_key').executeTakeFirst();
  return row?.public_key ?? null;
}

/** Refused where the key's private half cannot be opened. */
export async function vaultSigner(reader: Reader, secrets: SecretBox): Promise<VaultSigner> {
  const row = await reader.db.selectFrom('vault').select(['id', 'public_key', 'sealed_signing_key']).executeTakeFirst();
  if (!row?.public_key || !row.sealed_signing_key) throw new Refusal('vault.no_signing_key');
  const der = Buffer.from(secrets.open(PURPOSE, row.sealed_signing_key));
  const privateKey: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return {
    vaultId: row.id,
    publicKey: row.public_key,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('hex'),
  };
}
