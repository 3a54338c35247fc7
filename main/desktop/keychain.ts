/**
 * Secrets kept for convenience in the operating system's keychain. A secret is sealed by a key
 * that only this person's session on this machine can use, and lies sealed in a file. Where the
 * system has no real keychain nothing is kept at all: Linux's `basic_text` seals with a key that
 * everybody knows, which is no better than plain text.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { SafeStorage } from 'electron';

export type SystemKeychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export type Recalled =
  | { readonly kind: 'found'; readonly secret: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'absent' }
  /** There is something, but this session cannot unseal it: another machine, or a keychain made anew. */
  | { readonly kind: 'sealed' };

export interface Keychain {
  /** Whether this machine has a keychain that keeps a secret from other programs' plain reading. */
  available(): Promise<boolean>;
  /** False, and nothing written, where there is no real keychain. */
  keep(name: string, secret: Uint8Array): Promise<boolean>;
  recall(name: string): Promise<Recalled>;
  forget(name: string): Promise<void>;
}

export function createKeychain(parts: {
  readonly system: SystemKeychain;
  readonly platform: NodeJS.Platform;
  readonly folder: string;
}): Keychain {
  const { system, platform, folder } = parts;

  /** The file's name says nothing about whose secret it is. */
  const fileOf = (name: string): string =>
    path.join(folder, `${createHash('sha256').update(name, 'utf8').digest('hex')}.sealed`);

  const available = async (): Promise<boolean> => {
    if (platform === 'linux') {
      const backend = system.getSelectedStorageBackend();
      if (backend === 'basic_text' || backend === 'unknown') return false;
    }
    return system.isAsyncEncryptionAvailable();
  };

  const keep = async (name: string, secret: Uint8Array): Promise<boolean> => {
    if (!(await available())) return false;
    const sealed = await system.encryptStringAsync(Buffer.from(secret).toString('base64'));
    await replaceFile(fileOf(name), sealed);
    return true;
  };

  const recall = async (name: string): Promise<Recalled> => {
    const sealed = await readIfThere(fileOf(name));
    if (sealed === null) return { kind: 'absent' };
    if (!(await available())) return { kind: 'sealed' };
    const unsealed = await system.decryptStringAsync(sealed).catch(() => null);
    if (unsealed === null) return { kind: 'sealed' };
    const secret = new Uint8Array(Buffer.from(unsealed.result, 'base64'));
    // The system changed its key: sealed again, before the old key is gone.
    if (unsealed.shouldReEncrypt) await keep(name, secret);
    return { kind: 'found', secret };
  };

  return { available, keep, recall, forget: (name) => rm(fileOf(name), { force: true }) };
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside, synced, then renamed: at any moment there is the old file or the new one, whole. */
async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
}
