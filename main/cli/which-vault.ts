/** Which treasury a verb is about, for verbs that work on a file as well as on a database. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { StoreTarget } from '../engine/host.ts';
import { vaultsFolder } from './program.ts';
import { secretsKeyFile, secretsKeyOption } from './secrets-key.ts';
import { UsageError } from './verb.ts';

export const vaultOptions = {
  vault: { type: 'string', value: 'FILE', about: 'The vault file (default: the only one in the usual folder)' },
  'database-url': { type: 'string', value: 'URL', about: 'The PostgreSQL database instead of a file' },
} as const;

/** For verbs that start an engine on it. */
export const targetOptions = { ...vaultOptions, ...secretsKeyOption } as const;

export type WhichVault =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

export function whichVault(given: {
  readonly vault: string | undefined;
  readonly 'database-url': string | undefined;
}): WhichVault {
  const { vault, 'database-url': url } = given;
  if (vault !== undefined && url !== undefined) throw new UsageError('Give either --vault or --database-url.');
  if (url !== undefined) return { kind: 'postgres', url };
  return { kind: 'file', file: vault === undefined ? onlyVault(vaultsFolder()) : path.resolve(vault) };
}

function onlyVault(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.vault')) : [];
  const [only] = names;
  if (only === undefined) throw new UsageError(`There is no vault in ${folder}: give --vault FILE.`);
  if (names.length > 1) throw new UsageError(`There are ${names.length} vaults in ${folder}: give --vault FILE.`);
  return path.join(folder, only);
}

export function targetOf(which: WhichVault, options: Parameters<typeof secretsKeyFile>[0]): StoreTarget {
  return which.kind === 'file' ? which : { ...which, secretsKey: secretsKeyFile(options) };
}
