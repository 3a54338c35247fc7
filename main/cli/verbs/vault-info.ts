import path from 'node:path';
import { vaultInfo as infoOf } from '../../store/vault/info.ts';
import { verb } from '../verb.ts';

export const vaultInfo = verb({
  about: 'Show what can be known of a vault file without opening it.',
  args: ['FILE'],
  options: {},
  async run({ args }) {
    const file = path.resolve(args.FILE);
    const info = infoOf(file);
    const { person, recovery, machine } = info.slots;
    return {
      ok: true,
      json: { file, ...info },
      text: [
        `Vault       ${info.vaultId}`,
        `File        ${file} (${info.bytes} bytes, format ${info.format})`,
        `Generation  ${info.generation}`,
        `Opened by   ${person} people, ${recovery} recovery code, ${machine} machines`,
      ],
    };
  },
});
