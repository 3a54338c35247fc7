import { z } from 'zod';
import { beforeVault, command, query } from './procedure.ts';
import { hex, shortText, timeMs } from './words.ts';

/** How a passphrase becomes keys (Argon2id); stored beside each person's key slot. */
export const kdfParameters = z.strictObject({
  algorithm: z.literal('argon2id'),
  salt: hex(16),
  memoryKiB: z.int().min(8).max(1_048_576),
  passes: z.int().min(1).max(16),
  lanes: z.int().min(1).max(4),
});
export type KdfParameters = z.infer<typeof kdfParameters>;

/** A personal private key, sealed with a key that only the passphrase gives. */
export const sealedKey = z.strictObject({ nonce: hex(12), sealed: z.string().regex(/^[0-9a-f]{64,512}$/) });
export type SealedKey = z.infer<typeof sealedKey>;

/**
 * What a person's desk makes from their passphrase. The passphrase itself, and the private key,
 * never leave the desk: `slotSecret` opens the vault's data key, `signInProof` proves the
 * passphrase to the engine, and neither gives the other or the private key.
 */
export const credentials = z.strictObject({
  kdf: kdfParameters,
  slotSecret: hex(32),
  signInProof: hex(32),
  publicKey: hex(32),
  sealedPrivateKey: sealedKey,
});
export type Credentials = z.infer<typeof credentials>;

export const personName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}]+$/u, 'Control characters are not allowed in a name');

export const network = z.enum(['sandbox', 'live']);

export const vaultStatus = z.strictObject({
  state: z.enum(['none', 'locked', 'open']),
  kind: z.enum(['sqlite', 'postgres']).nullable(),
  /** The file's name, never its folder. */
  file: z.string().nullable(),
  name: z.string().nullable(),
  network: network.nullable(),
  fenced: z.boolean(),
  /** Vault files of this machine that can be opened by name. */
  known: z.array(z.string()),
});
export type VaultStatus = z.infer<typeof vaultStatus>;

export const created = z.strictObject({
  vaultId: z.string(),
  staffId: z.string(),
  /** Shown once, never stored: opens a vault file, and signs for admins who lost their keys. */
  recoveryCode: z.string(),
  /** SHA-256 of the founding record, which everything else is trusted because of. On the recovery sheet too. */
  foundingFingerprint: hex(32),
});

export const vault = {
  status: beforeVault()
    .route({ method: 'GET', path: '/api/vault', tags: ['vault'], summary: 'Which vault is here, and is it open?' })
    .output(vaultStatus),

  create: beforeVault()
    .input(
      z.strictObject({
        file: z
          .string()
          .trim()
          .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u, 'Expected a plain file name')
          .optional(),
        name: shortText,
        network,
        founder: z.strictObject({ name: personName, credentials }),
      }),
    )
    .output(created),

  lock: command('staff', 'vault.lock').output(z.strictObject({})),

  backup: command(['admin', 'operator', 'controller'], 'vault.backup')
    .route({
      method: 'POST',
      path: '/api/vault/backups',
      tags: ['vault'],
      summary: 'Take an encrypted backup, proven to open',
    })
    .output(z.strictObject({ file: z.string(), bytes: z.int(), sha256: hex(32), takenAtMs: timeMs })),

  verify: query(['admin', 'auditor', 'controller'])
    .route({
      method: 'GET',
      path: '/api/vault/verification',
      tags: ['vault'],
      summary: 'Read every page, the balances and the audit chain',
    })
    .output(
      z.strictObject({
        ok: z.boolean(),
        problems: z.array(z.string()),
        audit: z.strictObject({ entries: z.int(), valid: z.boolean(), head: z.string() }),
      }),
    ),
};
