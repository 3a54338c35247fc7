import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { type SignedCheckpoint, signedCheckpoint } from '../../../core/audit/checkpoints.ts';
import { EXPORT_FORMAT } from '../../../core/audit/export.ts';
import { type ChainProof, type KnownOutside, verifyChain } from '../../../core/audit/verify.ts';
import { type ExportProof, verifyExport } from '../../../core/audit/verify-export.ts';
import { lookingInto, lookingOptions } from '../audit-vault.ts';
import { linesOf } from '../read-lines.ts';
import { type Outcome, UsageError, VerbFailed, verb } from '../verb.ts';

export const auditVerify = verb({
  about:
    'Prove the audit log of a vault, or of an exported FILE, from its entries alone. Works beside a program that has the vault open; exit code 1 when it does not hold.',
  args: [],
  optionalArgs: ['FILE'],
  options: {
    checkpoint: {
      type: 'string',
      value: 'FILE',
      about: 'A checkpoint that was kept outside: shows what was cut off since',
    },
    key: {
      type: 'string',
      value: 'HEX',
      about: 'The vault’s public key as it was noted: what is signed with another counts for nothing',
    },
    ...lookingOptions,
  },
  async run(call) {
    const { vault, 'database-url': url, checkpoint, key } = call.options;
    if (key !== undefined && !/^[0-9a-f]{64}$/.test(key)) throw new UsageError('--key is 64 hex digits.');
    const outside: KnownOutside = {
      publicKey: key,
      checkpoint: checkpoint === undefined ? undefined : readCheckpointFile(checkpoint),
    };
    const file = call.args.FILE === '' ? undefined : path.resolve(call.args.FILE);
    if (file !== undefined && (vault !== undefined || url !== undefined)) {
      throw new UsageError('Give one of FILE, --vault and --database-url.');
    }
    if (file !== undefined && isExport(file)) return ofExport(await verifyExport(linesOf(file), outside), outside);
    const which = file === undefined ? undefined : ({ kind: 'file', file } as const);
    return ofVault(await lookingInto(call, (reader) => verifyChain(reader, outside), which), outside);
  },
});

function ofVault(proof: ChainProof, outside: KnownOutside): Outcome {
  const { entries, valid, head, problem, checkpoints } = proof;
  return {
    ok: valid,
    json: { ...proof, keyFrom: keyFrom(outside) },
    text: valid
      ? [
          `${entries} entries, each following from the one before. Head ${head}`,
          `${checkpoints} checkpoints signed by ${keyInWords(proof, outside)}.`,
        ]
      : [`Broken after ${entries} entries: ${problem}`],
  };
}

function ofExport({ checkpoint, ...proof }: ExportProof, outside: KnownOutside): Outcome {
  const { entries, from, valid, head, problem } = proof;
  return {
    ok: valid,
    json: { ...proof, atMs: checkpoint?.atMs ?? null, keyFrom: keyFrom(outside) },
    text: valid
      ? [
          `${entries} entries from entry ${from}, each following from the one before. Head ${head}`,
          ...(from > 1 ? [`What was before entry ${from} is the file’s own word.`] : []),
          `Its checkpoint is signed by ${keyInWords(proof, outside)}.`,
        ]
      : [`Broken after ${entries} entries: ${problem}`],
  };
}

type KeyFrom = 'given' | 'checkpoint' | 'itself';

/** Who vouches for the key: whoever verifies, the checkpoint they kept, or nobody but the log itself. */
function keyFrom({ publicKey, checkpoint }: KnownOutside): KeyFrom {
  if (publicKey !== undefined) return 'given';
  return checkpoint === undefined ? 'itself' : 'checkpoint';
}

function keyInWords({ publicKey }: ChainProof, outside: KnownOutside): string {
  if (publicKey === null) return 'nobody: the vault has no key of its own yet';
  const words: Readonly<Record<KeyFrom, string>> = {
    given: 'the key that was given',
    checkpoint: 'the key of the checkpoint that was given',
    itself: 'the key that it names itself; compare it with the one that was noted',
  };
  return `${publicKey}, ${words[keyFrom(outside)]}`;
}

function readCheckpointFile(file: string): SignedCheckpoint {
  const text = readFileSync(path.resolve(file), 'utf8');
  try {
    const { statement, signature } = JSON.parse(text) as Record<string, unknown>;
    return signedCheckpoint.parse({ statement, signature });
  } catch {
    // Whatever JSON or the schema has to say of it, for a person it is one thing.
    throw new VerbFailed(`${file} is not a checkpoint of an audit log.`);
  }
}

/** By how it begins: a vault's first bytes are random. */
function isExport(file: string): boolean {
  const beginning = Buffer.alloc(1_000);
  const handle = openSync(file, 'r');
  try {
    const text = beginning.toString('utf8', 0, readSync(handle, beginning, 0, beginning.length, 0));
    return text.startsWith('{') && (text.includes(EXPORT_FORMAT) || file.endsWith('.jsonl'));
  } finally {
    closeSync(handle);
  }
}
