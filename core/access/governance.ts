/**
 * Governance acts: admins sign them with their own keys, and the last signature that is needed
 * carries them out and makes them the next link of the chain. While a treasury is being set up one
 * admin is enough; from the day there were two, two are needed.
 */

import { sql } from 'kysely';
import {
  ACT_LIFETIME_MS,
  type ActSignature,
  addSignature,
  findOpenAct,
  finishAct,
  insertAct,
  type SignedAct,
  STATEMENT_AGE_MS_MAX,
  signaturesOf,
  stopAct,
} from '../approvals/act-records.ts';
import { actSignedAlready, actStale, actUnsigned } from '../approvals/errors.ts';
import { refuseUnfit } from '../approvals/policy/change.ts';
import { refreshAfterAct } from '../approvals/queue/upkeep.ts';
import { canonical } from '../canonical/canonical.ts';
import type { GovernanceTerms } from '../contract/governance.ts';
import { invariant } from '../errors/refusal.ts';
import type { ActId } from '../ids/ids.ts';
import { refuseUnfitSettings } from '../rails/settings/fit.ts';
import type { Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { carryOut } from './carry-out.ts';
import { forbidden } from './errors.ts';
import { refuseUnproposed } from './proposals.ts';
import { afterAct } from './trust/apply.ts';
import { actHash, nextLink, type Signed, signaturesNeeded, signaturesText, whatIsWrong } from './trust/chain.ts';
import { governanceSubject, governanceText, readGovernance } from './trust/governance-statement.ts';
import { soundTrust, TRUST_SUBJECT, type Trust, trustChanged } from './trust/trust.ts';

/** The text an admin signs; refused already here when it could not be done. */
export async function prepareGovernance(
  reader: Reader,
  signerId: string,
  terms: GovernanceTerms,
  nowMs: number,
): Promise<{ statement: string }> {
  const trust = await soundTrust(reader);
  const signer = adminIn(trust, signerId);
  await refuseUnfitTerms(reader, trust, terms, nowMs);
  return { statement: statementFor(trust, signer, terms, nowMs) };
}

export function statementFor(
  trust: Trust,
  { id, publicKey }: { readonly id: string; readonly publicKey: string },
  terms: GovernanceTerms,
  statedAtMs: number,
): string {
  return governanceText({
    what: 'countersign governance act v1',
    vault: trust.vaultId,
    founding: trust.fingerprint,
    after: { act: trust.head.act, hash: trust.head.hash },
    terms,
    signer: { id, publicKey },
    statedAtMs,
  });
}

export async function signGovernance(work: Work, input: Signed): Promise<SignedAct> {
  await lockChain(work.tx);
  const trust = await soundTrust(work.tx);
  const signer = adminIn(trust, work.actor.id);
  const statement = readGovernance(input.statement);
  if (!statement || statement.signer.id !== signer.id) throw actUnsigned();
  // What was shown was the treasury as it was then.
  if (statement.after.act !== trust.head.act) throw actStale();
  if (Math.abs(work.nowMs - statement.statedAtMs) > STATEMENT_AGE_MS_MAX) throw actStale();
  if (whatIsWrong(trust.link, statement, input, work.nowMs) !== null) throw actUnsigned();
  const { terms } = statement;
  await refuseUnfitTerms(work.tx, trust, terms, work.nowMs);
  await refuseUnproposed(work.tx, terms);

  const id = await actFor(work, trust, terms, signer.id);
  invariant(await addSignature(work, id, { signer: signer.id, ...input }), 'whoever signed before was refused');
  const counted = counting(trust, await signaturesOf(work.tx, id), work.nowMs);
  const needed = signaturesNeeded(trust);
  const complete = counted.length >= needed;
  const subject = governanceSubject(terms);
  work.audit({
    action: `act.${terms.kind}`,
    subject,
    details: {
      act: id,
      signatures: counted.length,
      needed,
      complete,
      terms: terms as never,
      signature: input.signature,
    },
  });
  work.emit({ name: complete ? 'act.done' : 'act.signed', subject });
  if (complete) await doAct(work, trust, { id, terms }, counted);
  return { id, terms, signatures: counted.length, needed, complete };
}

/** Makes it the next link of the chain, and the tables follow. */
export async function doAct(
  work: Work,
  trust: Trust,
  { id, terms }: { readonly id: ActId; readonly terms: GovernanceTerms },
  signatures: readonly ActSignature[],
): Promise<void> {
  const act = trust.head.act + 1;
  const row = {
    seq: BigInt(act),
    act_id: id,
    terms: canonical(terms as never),
    signatures: signaturesText(signatures),
    done_at_ms: BigInt(work.nowMs),
  };
  const hash = actHash(row, trust.head.hash);
  const next = nextLink(trust.link, { ...row, hash });
  invariant(typeof next !== 'string', `an act that is done verifies: ${String(next)}`);
  const inserted = await work.tx.write
    .insertInto('trust_acts')
    .values({ ...row, hash })
    .onConflict((conflict) => conflict.column('seq').doNothing())
    .returning('seq')
    .execute();
  if (inserted.length === 0) throw new Overtaken('another governance act was done at this moment');
  trustChanged(work.tx);
  await finishAct(work, id);
  await carryOut(work, { before: trust, after: next.state }, terms);
  await refreshAfterAct(work, terms.kind);
  const by = signatures.map(({ signer }) => signer);
  work.audit({ action: 'trust.act', subject: TRUST_SUBJECT, details: { act, hash, id, kind: terms.kind, by } });
  work.emit({ name: 'trust.changed', subject: TRUST_SUBJECT, payload: { act } });
}

/** Acts are done one after another: each names the one before it. */
export async function lockChain(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') await tx.run(sql`select one from trust_founding where one = 1 for update`);
  // Whoever held the lock may have added to it.
  trustChanged(tx);
}

/** Those of the signatures that count now, one of each person. */
export function counting(trust: Trust, signatures: readonly ActSignature[], nowMs: number): readonly ActSignature[] {
  return signatures.filter((one) => {
    const statement = readGovernance(one.statement);
    return (
      statement !== null &&
      statement.signer.id === one.signer &&
      trust.people.has(one.signer) &&
      whatIsWrong(trust.link, statement, one, nowMs) === null
    );
  });
}

export function refuseUndoable(trust: Trust, terms: GovernanceTerms, nowMs: number): void {
  afterAct(trust, terms, { act: trust.head.act + 1, atMs: nowMs, by: [] });
}

/** Also what the chain knows nothing of: a policy under which nothing could be approved, a setting that no rail has. */
async function refuseUnfitTerms(reader: Reader, trust: Trust, terms: GovernanceTerms, nowMs: number): Promise<void> {
  refuseUndoable(trust, terms, nowMs);
  if (terms.kind === 'policy') await refuseUnfit(reader, terms.terms);
  if (terms.kind === 'rail_settings') await refuseUnfitSettings(reader, terms);
}

function adminIn(trust: Trust, id: string): { readonly id: string; readonly publicKey: string } {
  const person = trust.people.get(id);
  if (person?.status !== 'active' || !person.roles.includes('admin')) throw forbidden('admin');
  return person;
}

/** The act these terms belong to: the one that waits, unless it waited too long or was overtaken; or a new one. */
async function actFor(work: Work, trust: Trust, terms: GovernanceTerms, signerId: string): Promise<ActId> {
  const act = { terms, subject: governanceSubject(terms) };
  const open = await findOpenAct(work.tx, act);
  if (!open) return insertAct(work, act);
  const signatures = await signaturesOf(work.tx, open.id);
  const counted = counting(trust, signatures, work.nowMs);
  if (counted.some(({ signer }) => signer === signerId)) throw actSignedAlready();
  const isOutdated = signatures.some(({ signer }) => signer === signerId);
  if (!isOutdated && work.nowMs - open.createdAtMs <= ACT_LIFETIME_MS) return open.id;
  await stopAct(work, open.id, isOutdated ? 'outdated' : 'expired');
  return insertAct(work, act);
}
