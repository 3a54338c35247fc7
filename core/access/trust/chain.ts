/**
 * The chain of governance acts, proven link by link: each act was signed by as many admins as were
 * needed, with the keys they had at that point, over the terms it carries and the place it stands
 * at. What one act left behind decides about the next, so the walk begins at the founding record.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACT_LIFETIME_MS, STATEMENT_AGE_MS_MAX } from '../../approvals/act-records.ts';
import { canonical } from '../../canonical/canonical.ts';
import { type GovernanceStatement, governanceTerm } from '../../contract/governance.ts';
import { hex } from '../../contract/words.ts';
import { Refusal } from '../../errors/refusal.ts';
import { verifySignature } from '../../signatures/verify-signature.ts';
import { afterAct } from './apply.ts';
import { fingerprintOf, readFounding } from './founding-record.ts';
import { governanceSubject, governanceText, RECOVERY, readGovernance } from './governance-statement.ts';
import { foundingState, isForRecovery, type TrustedState } from './state.ts';
import type { TrustTables } from './tables.ts';

export type ChainRow = TrustTables['trust_acts'];

/** What is believed after a number of acts. */
export interface Link {
  readonly state: TrustedState;
  readonly vaultId: string;
  /** By act: where the chain stood after it. The founding's is its fingerprint. */
  readonly hashes: readonly string[];
  readonly atMs: number;
  /** By subject: the last act about it. */
  readonly touched: ReadonlyMap<string, number>;
}

export interface Signed {
  readonly statement: string;
  readonly signature: string;
}

const signatures = z.array(z.strictObject({ statement: z.string(), signature: hex(64) })).min(1);

/** Null when the founding record is none. */
export function firstLink(foundingStatement: string): Link | null {
  const founding = readFounding(foundingStatement);
  if (!founding) return null;
  return {
    state: foundingState(founding),
    vaultId: founding.vault,
    hashes: [fingerprintOf(foundingStatement)],
    atMs: founding.foundedAtMs,
    touched: new Map(),
  };
}

export function headOf(link: Link): { readonly act: number; readonly hash: string } {
  const act = link.hashes.length - 1;
  return { act, hash: link.hashes[act] ?? '' };
}

export function signaturesNeeded(state: TrustedState): number {
  return state.settingUp ? 1 : 2;
}

export function signaturesText(signed: readonly Signed[]): string {
  return canonical(signed.map(({ statement, signature }) => ({ statement, signature })));
}

/** The hash of an act: over the hash before, its place, its terms, its signatures and its time. */
export function actHash(row: Omit<ChainRow, 'hash' | 'act_id'>, before: string): string {
  const text = canonical({
    what: 'countersign chain of trust v1',
    act: Number(row.seq),
    before,
    terms: row.terms,
    signatures: row.signatures,
    doneAtMs: Number(row.done_at_ms),
  });
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The link after this act, or in a sentence why it is none. */
export function nextLink(link: Link, row: ChainRow): Link | string {
  const head = headOf(link);
  const act = head.act + 1;
  if (Number(row.seq) !== act) return `Governance act ${act} is missing.`;
  if (row.hash !== actHash(row, head.hash)) return `Governance act ${act} is not what was written.`;
  const doneAtMs = Number(row.done_at_ms);
  if (doneAtMs < link.atMs) return `Governance act ${act} was done before the one before it.`;

  const terms = governanceTerm.safeParse(parsed(row.terms));
  if (!terms.success || canonical(terms.data as never) !== row.terms) return `Governance act ${act} has no terms.`;
  const signed = signatures.safeParse(parsed(row.signatures));
  if (!signed.success) return `Governance act ${act} has no signatures.`;
  const by: string[] = [];
  for (const one of signed.data) {
    const statement = readGovernance(one.statement);
    if (!statement || canonical(statement.terms as never) !== row.terms) {
      return `Governance act ${act} carries a signature over other terms.`;
    }
    const wrong = whatIsWrong(link, statement, one, doneAtMs);
    if (wrong) return `Governance act ${act}: ${wrong}.`;
    if (by.includes(statement.signer.id)) return `Governance act ${act} is signed twice by one person.`;
    by.push(statement.signer.id);
  }
  if (!by.includes(RECOVERY)) {
    const needed = signaturesNeeded(link.state);
    if (by.length < needed) return `Governance act ${act} has ${by.length} of ${needed} signatures.`;
    // One signature at least fixes its place; the others may be older, while nothing about the same was done.
    if (!signed.data.some((one) => readGovernance(one.statement)?.after.act === head.act)) {
      return `Nobody signed governance act ${act} at its place.`;
    }
  } else if (!isForRecovery(link.state, terms.data)) {
    return `Governance act ${act} is nothing that the recovery sheet may sign.`;
  }
  try {
    return {
      ...link,
      state: afterAct(link.state, terms.data, { act, atMs: doneAtMs, by }),
      hashes: [...link.hashes, row.hash],
      atMs: doneAtMs,
      touched: new Map(link.touched).set(governanceSubject(terms.data), act),
    };
  } catch (error) {
    if (error instanceof Refusal) return `Governance act ${act} could not be done: ${error.message}`;
    throw error;
  }
}

/** Why a signature does not count for an act done at this time after this link; null when it counts. */
export function whatIsWrong(
  link: Link,
  statement: GovernanceStatement,
  { signature }: Pick<Signed, 'signature'>,
  atMs: number,
): string | null {
  const { signer, after, terms, statedAtMs } = statement;
  if (statement.vault !== link.vaultId || statement.founding !== link.hashes[0]) {
    return 'a signature is for another treasury';
  }
  const key = keyOf(link.state, signer.id);
  if (key === null) return `${signer.id} is no admin`;
  if (key !== signer.publicKey) return `the key of ${signer.id} is another one`;
  if (!verifySignature(key, governanceText(statement), signature)) return 'a signature does not verify';
  if (link.hashes[after.act] !== after.hash) return 'a signature is for another place';
  if ((link.touched.get(governanceSubject(terms)) ?? 0) > after.act) {
    return 'something else about the same was done since it was signed';
  }
  if (statedAtMs > atMs + STATEMENT_AGE_MS_MAX) return 'a signature is from the future';
  if (signer.id === RECOVERY) {
    return atMs < statedAtMs + link.state.settings.recoveryWaitMs ? 'its waiting period was not over' : null;
  }
  return atMs > statedAtMs + ACT_LIFETIME_MS + STATEMENT_AGE_MS_MAX ? 'a signature is too old' : null;
}

/** The key that an admin, or the recovery sheet, signs with at this point. */
function keyOf(state: TrustedState, signerId: string): string | null {
  if (signerId === RECOVERY) return state.recoveryKey;
  const person = state.people.get(signerId);
  return person?.status === 'active' && person.roles.includes('admin') ? person.publicKey : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
