/** What is published for other languages is what the program does. */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { actHash, firstLink, headOf, nextLink } from '../../../core/access/trust/chain.ts';
import { fingerprintOf, readFounding } from '../../../core/access/trust/founding-record.ts';
import { readGovernance } from '../../../core/access/trust/governance-statement.ts';
import { recoverySheet, sheetProofText } from '../../../core/canonical/recovery-sheet.ts';
import { verifySignature } from '../../../core/signatures/verify-signature.ts';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const vectors = JSON.parse(file('tests/vectors/chain-of-trust.json'));
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const row = {
  seq: BigInt(vectors.act.act),
  act_id: 'act_1',
  terms: vectors.act.terms as string,
  signatures: vectors.act.signatures as string,
  done_at_ms: BigInt(vectors.act.doneAtMs),
};

it('the founding record has the fingerprint that is published', () => {
  expect(readFounding(vectors.founding)).not.toBeNull();
  expect(fingerprintOf(vectors.founding)).toBe(vectors.fingerprint);
});

it('the statement, its signature and the hash of the act are those that are published', () => {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(vectors.privateKeys.mara, 'hex')]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  expect(sign(null, Buffer.from(vectors.act.statement), key).toString('hex')).toBe(vectors.act.signature);
  expect(readGovernance(vectors.act.statement)?.after).toEqual({ act: 0, hash: vectors.fingerprint });
  expect(actHash(row, vectors.act.before)).toBe(vectors.act.hash);
});

it('the act is the next link after the founding, and another byte of it is none', () => {
  const first = firstLink(vectors.founding);
  if (!first) throw new Error('The founding is read');
  const next = nextLink(first, { ...row, hash: vectors.act.hash });
  if (typeof next === 'string') throw new Error(next);
  expect(headOf(next)).toEqual({ act: 1, hash: vectors.act.hash });
  expect([...next.state.people.values()].map(({ name }) => name)).toEqual(['Mara Lindqvist', 'Tomás Okafor']);
  expect(next.state.settingUp).toBe(false);
  expect(nextLink(first, { ...row, hash: 'ab'.repeat(32) })).toBe('Governance act 1 is not what was written.');
});

it('the recovery code gives the secret and the key that are published', async () => {
  const sheet = await recoverySheet(vectors.recovery.code);
  expect(sheet).toMatchObject({ slotSecret: vectors.recovery.slotSecret, publicKey: vectors.recovery.publicKey });
  const proof = await sheet?.sign(sheetProofText(vectors.recovery.proofOf));
  expect(proof).toBe(vectors.recovery.proof);
  expect(verifySignature(vectors.recovery.publicKey, sheetProofText(vectors.recovery.proofOf), proof ?? '')).toBe(true);
  expect(await recoverySheet('too short')).toBeNull();
});

it('the document shows the vectors', () => {
  const document = file('docs/formats/chain-of-trust.md');
  for (const part of [
    vectors.founding,
    vectors.fingerprint,
    vectors.act.statement,
    vectors.act.signature,
    vectors.act.hash,
  ]) {
    expect(document).toContain(part);
  }
});
