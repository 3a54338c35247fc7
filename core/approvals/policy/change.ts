/**
 * A new version of the policy. Approvals that were given for something else than it asks are void:
 * what waits asks for new ones, and what was approved and has not started goes back to waiting.
 * Where it asks for the same as before, nothing is touched.
 */
import { sql } from 'kysely';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import type { PayoutId } from '../../ids/ids.ts';
import { transition } from '../../payouts/machine.ts';
import { lockPayout } from '../../payouts/repository.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { policyInvalid, policyUnchanged } from '../errors.ts';
import { refreshWholeQueue } from '../queue/refresh.ts';
import { announceWaiting } from '../requested.ts';
import { readStatement, signedFacts, signedRequirement } from '../statement.ts';
import { voidSome } from '../void.ts';
import { decide, sameRequirement } from './decide.ts';
import { findingsOf } from './findings.ts';
import { policyOf, policyText } from './terms.ts';
import { policyAt, policyInForce, writePolicy } from './versions.ts';

/** Whether these terms can be the next version at all; asked of every signature under them, the last one included. */
export async function refuseUnfit(reader: Reader, terms: PolicyTerms): Promise<void> {
  const before = await policyInForce(reader);
  if (policyText(terms) === policyText(before.terms)) throw policyUnchanged();
  const error = (await findingsOf(reader, terms)).find(({ level }) => level === 'error');
  if (error) throw policyInvalid(error.message);
}

export interface Touched {
  readonly pending: number;
  readonly approved: number;
}

/** The act that brings it is in the chain by now: it is in force, and what is left is to say so. */
export async function changePolicy(work: Work, version: bigint, text: string): Promise<Touched> {
  const after = policyOf(version, text);
  const before = await policyAt(work.tx, version - 1n);
  await writePolicy(work, version, text, work.actor.id);
  const touched = await touchedBy(work.tx, after.terms);
  await voidSome(
    work,
    touched.flatMap(({ approvalIds }) => approvalIds),
    'policy',
  );
  for (const { payoutId, status } of touched) {
    if (status === 'approved') {
      const payout = await lockPayout(work.tx, payoutId);
      // What started at this very moment was proven under the policy before.
      if (payout.status !== 'approved') continue;
      await transition(work, payout, 'send_back', { reason: 'The policy asks for other approvals now.' });
    } else {
      work.emit({ name: 'approval.voided', subject: `payout:${payoutId}`, payload: { because: 'policy' } });
    }
  }
  await refreshWholeQueue(work);
  const count = countOf(touched);
  work.audit({
    action: 'policy.change',
    subject: `policy:${version}`,
    details: {
      before: before && { version: Number(before.version), hash: before.hash },
      after: { version: Number(version), hash: after.hash, terms: JSON.parse(text) },
      touched: { ...count },
    },
  });
  work.emit({ name: 'policy.changed', subject: `policy:${version}`, payload: { ...count, by: work.actor.id } });
  await announceWaiting(work);
  return count;
}

/** How many payouts would need their approvals anew under these terms. */
export async function wouldTouch(reader: Reader, terms: PolicyTerms): Promise<Touched> {
  return countOf(await touchedBy(reader, terms));
}

interface TouchedPayout {
  readonly payoutId: PayoutId;
  readonly status: 'pending' | 'approved';
  readonly approvalIds: readonly string[];
}

function countOf(touched: readonly TouchedPayout[]): Touched {
  const approved = touched.filter(({ status }) => status === 'approved').length;
  return { pending: touched.length - approved, approved };
}

interface GivenRow {
  readonly id: string;
  readonly payout_id: PayoutId;
  readonly status: 'pending' | 'approved';
  readonly statement: string;
}

/** Payouts with an approval that was given for something else; all approvals of such a payout go together. */
async function touchedBy(reader: Reader, terms: PolicyTerms): Promise<readonly TouchedPayout[]> {
  const rows = await reader.rows<GivenRow>(sql`
    select a.id, a.payout_id, p.status, a.statement from payouts p
    join approvals a on a.payout_id = p.id and a.revision = p.revision
    where p.status in ('pending', 'approved') and a.voided_at_ms is null order by a.payout_id, a.given_at_ms`);
  const byPayout = Map.groupBy(rows, (row) => row.payout_id);
  return [...byPayout].flatMap(([payoutId, given]) => {
    const [first] = given;
    if (!first || given.every(({ statement }) => asksTheSame(terms, statement))) return [];
    return [{ payoutId, status: first.status, approvalIds: given.map(({ id }) => id) }];
  });
}

function asksTheSame(terms: PolicyTerms, statement: string): boolean {
  const signed = readStatement(statement);
  // What does not even read as a statement is found, and set aside, when it is to be paid.
  if (!signed) return true;
  const decision = decide(terms, signedFacts(signed));
  return decision.outcome === 'asks' && sameRequirement(decision.requirement, signedRequirement(signed));
}
