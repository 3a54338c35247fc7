import path from 'node:path';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { openVault } from '../../store/vault/open.ts';
import { unlockOptions, unlockWith } from '../unlock.ts';
import { verb } from '../verb.ts';

export const vaultBackup = verb({
  about: 'Take an encrypted backup of a vault that nobody has open, and prove that it opens.',
  args: ['FILE'],
  options: {
    to: { type: 'string', value: 'BACKUP', about: 'Where it goes; never over a file', required: true },
    ...unlockOptions,
  },
  async run(call) {
    const file = path.resolve(call.args.FILE);
    const unlock = await unlockWith(file, call);
    const vault = await openVault({ file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
    try {
      const taken = await vault.backup(path.resolve(call.options.to), Date.now());
      return { ok: true, json: taken, text: [`${taken.file} (${taken.bytes} bytes, SHA-256 ${taken.sha256})`] };
    } finally {
      await vault.close();
    }
  },
});
