/** Where a server has the key of a shared database's secrets. */
import path from 'node:path';
import type { SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import { dataFolder } from './program.ts';

export const secretsKeyOption = {
  'secrets-key': {
    type: 'string',
    value: 'FILE',
    about:
      'With a database: the key of its secrets (default COUNTERSIGN_SECRETS_KEY_FILE, or secrets.key beside the vaults folder)',
  },
} as const;

export function secretsKeyFile(
  { 'secrets-key': given }: { readonly 'secrets-key': string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): SecretsKeyFile {
  const named = given ?? env.COUNTERSIGN_SECRETS_KEY_FILE;
  return { file: named ? path.resolve(named) : path.join(dataFolder(env), 'secrets.key') };
}
