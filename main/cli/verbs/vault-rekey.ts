import path from 'node:path';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { openVault } from '../../store/vault/open.ts';
import { unlockOptions, unlockWith } from '../unlock.ts';
import { verb } from '../verb.ts';

export const vaultRekey = verb({
  about: 'Encrypt a vault anew under a new data key. Everybody’s passphrase and the recovery code go on opening it.',
  args: ['FILE'],
  options: unlockOptions,
  async run(call) {
    const file = path.resolve(call.args.FILE);
    const unlock = await unlockWith(file, call);
    const vault = await openVault({ file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
    try {
      await vault.rekey();
    } finally {
      await vault.close();
    }
    return { ok: true, json: { file, vaultId: vault.vaultId }, text: [`${file} has a new data key.`] };
  },
});
