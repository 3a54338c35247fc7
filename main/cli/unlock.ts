/** How a verb gets into a vault file without the engine: as a person, by the recovery code, or as a machine. */
import path from 'node:path';
import { stretch } from '../signing/personal-desk.ts';
import { requireVault } from '../store/vault/database-of-vault.ts';
import { slotParameters } from '../store/vault/keys-file.ts';
import type { Unlock } from '../store/vault/slots.ts';
import { passphraseOption, readPassphrase, readRecoveryCode } from './terminal.ts';
import { type Call, UsageError } from './verb.ts';

export const unlockOptions = {
  as: { type: 'string', value: 'NAME', about: 'Open it as this person, with their passphrase' },
  ...passphraseOption,
  'machine-key': { type: 'string', value: 'FILE', about: 'Open it with this machine key' },
  'recovery-code': { type: 'boolean', about: 'Open it with the recovery code, read as a passphrase is' },
} as const;

export async function unlockWith(
  file: string,
  { options, terminal }: Pick<Call<typeof unlockOptions>, 'options' | 'terminal'>,
): Promise<Unlock> {
  // Before anything is asked: nobody should type a passphrase for a vault that is not there.
  requireVault(file);
  const { as: name, 'machine-key': keyFile, 'recovery-code': byCode } = options;
  if ([name, keyFile, byCode || undefined].filter((way) => way !== undefined).length !== 1) {
    throw new UsageError('Say how to open it: --as NAME, --machine-key FILE or --recovery-code.');
  }
  if (keyFile !== undefined) return { kind: 'machine', keyFile: path.resolve(keyFile) };
  const fromStdin = options['passphrase-stdin'];
  if (name === undefined) return { kind: 'recovery', code: await readRecoveryCode(terminal, fromStdin) };
  const passphrase = await readPassphrase(terminal, { fromStdin, question: `Passphrase of ${name}: ` });
  const { slotSecret } = await stretch(passphrase, slotParameters(file, name));
  return { kind: 'slot', name, slotSecret };
}
