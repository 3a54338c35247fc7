import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkpointNow } from '../../../core/audit/checkpoints.ts';
import { checkpointText } from '../../store/vault/backup-checkpoint.ts';
import { writeDurably } from '../../store/vault/durable-file.ts';
import { lookingInto, signerOf, signingOptions } from '../audit-vault.ts';
import { VerbFailed, verb } from '../verb.ts';

export const auditCheckpoint = verb({
  about:
    'Say how far the audit log goes, signed by the vault’s key: to be kept where its keepers cannot reach it. Works beside a program that has the vault open.',
  args: [],
  options: {
    out: { type: 'string', value: 'FILE', about: 'Into this file, never over one (default: standard output)' },
    ...signingOptions,
  },
  async run(call) {
    const out = call.options.out === undefined ? null : path.resolve(call.options.out);
    if (out !== null && existsSync(out)) throw new VerbFailed(`There is already a file at ${out}.`);
    const checkpoint = await lookingInto(call, async (reader) =>
      checkpointNow(reader, await signerOf(reader, call.options), { nowMs: () => Date.now() }),
    );
    const text = checkpointText(checkpoint);
    if (out !== null) writeDurably(out, text);
    const { vault, publicKey, size, head, atMs, statement, signature } = checkpoint;
    return {
      ok: true,
      json: { file: out, vault, publicKey, size, head, atMs, statement, signature },
      text:
        out === null
          ? text.trimEnd().split('\n')
          : [`${out}: ${size} entries with the head ${head}`, `The vault's key: ${publicKey}`],
    };
  },
});
