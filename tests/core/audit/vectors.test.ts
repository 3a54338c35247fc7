/** What is published for other languages to check themselves against is what the code does. */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from '../../../core/audit/chain.ts';
import { readCheckpoint, signCheckpoint } from '../../../core/audit/checkpoints.ts';
import { verifyExport } from '../../../core/audit/verify-export.ts';

interface Vectors {
  readonly genesis: string;
  readonly entries: readonly { readonly text: string; readonly hash: string }[];
  readonly head: string;
  readonly checkpoint: {
    readonly secretKey: string;
    readonly publicKey: string;
    readonly statement: string;
    readonly signature: string;
  };
  readonly export: readonly string[];
}

const root = path.join(import.meta.dirname, '../../..');
const vectors = JSON.parse(readFileSync(path.join(root, 'tests/vectors/audit-chain.json'), 'utf8')) as Vectors;
const guide = readFileSync(path.join(root, 'docs/formats/audit-chain.md'), 'utf8');

function rowOf(text: string): Omit<AuditRow, 'hash'> {
  const [seq, atMs, actor, name, role, host, ip, userAgent, correlationId, action, outcome, subject, details] =
    JSON.parse(text) as [number, number, ...string[]];
  return {
    seq: BigInt(seq),
    at_ms: BigInt(atMs),
    actor: actor ?? '',
    actor_name: name ?? '',
    role: role ?? '',
    host: host ?? '',
    ip: ip ?? null,
    user_agent: userAgent ?? null,
    correlation_id: correlationId ?? '',
    action: action ?? '',
    outcome: outcome as AuditRow['outcome'],
    subject: subject ?? '',
    details: details ?? '',
  };
}

async function* oneByOne(lines: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const line of lines) yield [line];
}

describe('the vectors of the audit chain', () => {
  it('are the texts and hashes of their entries', () => {
    expect(vectors.genesis).toBe(GENESIS_HASH);
    let hash = vectors.genesis;
    for (const entry of vectors.entries) {
      expect(entryText(rowOf(entry.text))).toBe(entry.text);
      hash = entryHash(hash, entry.text);
      expect(hash).toBe(entry.hash);
    }
    expect(hash).toBe(vectors.head);
  });

  it('hold a checkpoint as the vault signs it', () => {
    const { secretKey, publicKey, statement, signature } = vectors.checkpoint;
    const der = Buffer.from(`302e020100300506032b657004220420${secretKey}`, 'hex');
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const read = readCheckpoint({ statement, signature }, publicKey);
    if (read === null) throw new Error('The checkpoint of the vectors does not verify');
    const signer = {
      vaultId: read.vault,
      publicKey,
      sign: (text: string) => sign(null, Buffer.from(text), key).toString('hex'),
    };
    expect(signCheckpoint(signer, read)).toEqual(read);
  });

  it('are an export that proves itself', async () => {
    const proof = await verifyExport(oneByOne(vectors.export), { publicKey: vectors.checkpoint.publicKey });
    expect(proof).toMatchObject({ valid: true, entries: vectors.entries.length, head: vectors.head });
  });
});

describe('the description of the audit chain', () => {
  it('shows entries with the hashes they have', () => {
    const examples = [...guide.matchAll(/```json\n(\[.*\])\n```\n\n[^`]*`([0-9a-f]{64})`/g)];
    expect(examples.map(([, text, hash]) => ({ text, hash }))).toEqual(vectors.entries.slice(0, 2));
  });

  it('shows the checkpoint and the export of the vectors', () => {
    const { statement, signature } = vectors.checkpoint;
    expect(guide).toContain(`\n${statement}\n`);
    expect(guide).toContain(`\n${signature}\n`);
    expect(guide).toContain(`\n${vectors.export[0]}\n`);
  });
});
