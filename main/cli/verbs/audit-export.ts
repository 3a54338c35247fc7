import { once } from 'node:events';
import path from 'node:path';
import { streamAudit, writeAuditFile } from '../../exports/audit-file.ts';
import { lookingInto, signerOf, signingOptions } from '../audit-vault.ts';
import { UsageError, verb } from '../verb.ts';

const CLOCK = { nowMs: () => Date.now() };

export const auditExport = verb({
  about:
    'Write the audit log as JSON Lines, with a signed checkpoint as its last line. Works beside a program that has the vault open.',
  args: [],
  options: {
    out: { type: 'string', value: 'FILE', about: 'Into this file, never over one (default: standard output)' },
    from: { type: 'string', value: 'N', about: 'Begin with this entry (default 1)' },
    ...signingOptions,
  },
  async run(call) {
    const { out, from } = call.options;
    const fromSeq = firstEntry(from);
    if (out === undefined && call.terminal.json) throw new UsageError('--json says what was written to --out FILE.');
    return lookingInto(call, async (reader) => {
      const how = { signer: await signerOf(reader, call.options), clock: CLOCK, fromSeq };
      if (out === undefined) {
        await streamAudit(reader, how, (text) => written(call.terminal.stdout, text));
        return { ok: true, json: undefined, text: [] };
      }
      const { file, bytes, sha256, entries, checkpoint } = await writeAuditFile(reader, path.resolve(out), how);
      const { size, head, statement, signature } = checkpoint;
      return {
        ok: true,
        json: { file, bytes, sha256, entries, size, head, checkpoint: { statement, signature } },
        text: [`${file} (${entries} entries, ${bytes} bytes, SHA-256 ${sha256})`, `Head of entry ${size}: ${head}`],
      };
    });
  },
});

function firstEntry(from: string | undefined): number {
  if (from === undefined) return 1;
  const seq = Number(from);
  if (!/^\d{1,15}$/.test(from) || seq < 1) throw new UsageError(`"${from}" is not the number of an entry.`);
  return seq;
}

async function written(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stdout.write(text)) await once(stdout, 'drain');
}
