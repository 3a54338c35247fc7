/**
 * The text a person signs for an act of two, held against the terms this desk shows. The terms on
 * screen are the ones asked for; a text that says anything else, or anything more, is not signed.
 */

import { z } from 'zod';
import { type CanonicalValue, canonical } from '../../../core/canonical/canonical.ts';
import { actTerms } from '../../../core/contract/acts.ts';
import { governanceStatement } from '../../../core/contract/governance.ts';
import type { ActTerms } from '../../../core/contract/index.ts';
import { timeMs } from '../../../core/contract/words.ts';

const peoplesStatement = z.strictObject({
  what: z.literal('countersign act of two v1'),
  vault: z.string(),
  terms: actTerms,
  signer: z.strictObject({ id: z.string(), publicKey: z.string() }),
  statedAtMs: timeMs,
});
const statement = z.union([peoplesStatement, governanceStatement]);
type ActStatement = z.infer<typeof statement>;

/** An engine whose clock differs by more than this is not believed. */
const CLOCK_DIFFERENCE_MS_MAX = 5 * 60_000;

export function termsText(terms: ActTerms): string {
  return canonical(terms as CanonicalValue);
}

function read(text: string): ActStatement | null {
  try {
    const parsed = statement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface Against {
  readonly terms: ActTerms;
  readonly me: { readonly staffId: string; readonly publicKey: string };
  readonly nowMs: number;
  /** The founding that this person's key is sealed for. */
  readonly founding: string;
}

/** True only when the text states these terms, in this person's name, now, and nothing besides. */
export function statesExactly(text: string, { terms, me, nowMs, founding }: Against): boolean {
  const stated = read(text);
  return (
    stated !== null &&
    canonical(stated as unknown as CanonicalValue) === text &&
    termsText(stated.terms) === termsText(terms) &&
    (!('founding' in stated) || stated.founding === founding) &&
    stated.signer.id === me.staffId &&
    stated.signer.publicKey === me.publicKey &&
    Math.abs(nowMs - stated.statedAtMs) <= CLOCK_DIFFERENCE_MS_MAX
  );
}
