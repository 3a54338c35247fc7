import path from 'node:path';
import { restoreVault } from '../../store/vault/restore.ts';
import { verb } from '../verb.ts';

export const vaultRestore = verb({
  about: 'Bring a backup back as a new vault file. It opens fenced: nothing is paid until two people lift the fence.',
  args: ['BACKUP'],
  options: {
    to: { type: 'string', value: 'FILE', about: 'The vault file to make; never over a file', required: true },
  },
  async run({ args, options }) {
    const file = path.resolve(options.to);
    const { vaultId } = await restoreVault({ backup: path.resolve(args.BACKUP), to: file });
    return {
      ok: true,
      json: { file, vaultId, fenced: true },
      text: [`Restored ${file}. It opens with the passphrases and the recovery code of its day, and fenced.`],
    };
  },
});
