/** What is published for other languages to check themselves against is what the code does. */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide, sameRequirement } from '../../../core/approvals/policy/decide.ts';
import { policyHash, policyOf, policyText } from '../../../core/approvals/policy/terms.ts';
import { readStatement, signedFacts, signedRequirement, statementText } from '../../../core/approvals/statement.ts';
import { verifySignature } from '../../../core/signatures/verify-signature.ts';

interface Vectors {
  readonly policy: { readonly version: number; readonly text: string; readonly hash: string };
  readonly keys: Readonly<Record<string, string>>;
  readonly statements: readonly {
    readonly about: string;
    readonly text: string;
    readonly publicKey: string;
    readonly signature: string;
    readonly verifies: boolean;
  }[];
}

const root = path.join(import.meta.dirname, '../../..');
const vectors = JSON.parse(readFileSync(path.join(root, 'tests/vectors/approval-statement.json'), 'utf8')) as Vectors;
const guide = readFileSync(path.join(root, 'docs/formats/approval-statement.md'), 'utf8');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

describe('the published approvals', () => {
  it.each(vectors.statements)('verify, or do not: $about', ({ text, publicKey, signature, verifies }) => {
    expect(verifySignature(publicKey, text, signature)).toBe(verifies);
    const signed = readStatement(text);
    expect(signed && statementText(signed)).toBe(text);
  });

  it('are signed by the keys that they name', () => {
    for (const { text, publicKey, signature, verifies } of vectors.statements) {
      if (!verifies) continue;
      const [byte] = Object.entries(vectors.keys).find(([, key]) => key === publicKey) ?? [];
      const seed = Buffer.alloc(32, Number.parseInt(byte ?? '', 16));
      const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
      expect(sign(null, Buffer.from(text), key).toString('hex')).toBe(signature);
    }
    expect(vectors.statements.filter(({ verifies }) => verifies)).toHaveLength(2);
  });

  it('name the policy by its hash, and what it asked of their facts', () => {
    const { version, text, hash } = vectors.policy;
    const policy = policyOf(BigInt(version), text);
    expect(policyHash(text)).toBe(hash);
    expect(policyText(policy.terms)).toBe(text);
    for (const { text: statement } of vectors.statements.filter(({ verifies }) => verifies)) {
      const signed = readStatement(statement);
      if (!signed) throw new Error('A published statement cannot be read');
      const decision = decide(policy.terms, signedFacts(signed));
      expect(signed.policy).toMatchObject({ version, hash });
      expect(decision).toMatchObject({ outcome: 'asks', rule: { id: signed.policy.rule } });
      expect(decision.outcome === 'asks' && sameRequirement(decision.requirement, signedRequirement(signed))).toBe(
        true,
      );
      expect(signed.expiresAtMs - signed.statedAtMs).toBe(signed.policy.validForMs);
    }
  });

  it('begin with the worked example of the guide', () => {
    const [first] = vectors.statements;
    expect(guide).toContain(`\`\`\`json\n${first?.text}\n\`\`\``);
    expect(guide).toContain(`\`\`\`\n${first?.signature}\n\`\`\``);
  });
});
