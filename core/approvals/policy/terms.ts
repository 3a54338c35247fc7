/** A policy's terms as they are kept and named: one text, one hash, one version. */
import { createHash } from 'node:crypto';
import { type CanonicalValue, canonical } from '../../canonical/canonical.ts';
import { type PolicyTerms, policyTerms } from '../../contract/policy-terms.ts';

export interface Policy {
  readonly version: bigint;
  /** SHA-256 of the canonical text, in hex. */
  readonly hash: string;
  readonly terms: PolicyTerms;
}

export function policyText(terms: PolicyTerms): string {
  return canonical(terms as unknown as CanonicalValue);
}

export function policyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** From the text it is kept as; a text that is no policy is a fault, not an empty policy. */
export function policyOf(version: bigint, text: string): Policy {
  return { version, hash: policyHash(text), terms: policyTerms.parse(JSON.parse(text)) };
}
