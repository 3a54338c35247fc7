/**
 * The way back when admins lost their keys. The recovery sheet’s key signs a new key for one of
 * them, which takes effect after a waiting period in which everybody on staff sees it and anybody
 * can stop it. Whoever finds or steals the sheet has to get past all of them.
 */
import {
  type ActSignature,
  addSignature,
  findOpenAct,
  insertAct,
  STATEMENT_AGE_MS_MAX,
  signaturesOf,
  stopAct,
} from '../approvals/act-records.ts';
import { actSignedAlready, actStale, actUnsigned } from '../approvals/errors.ts';
import { sheetProofText } from '../canonical/recovery-sheet.ts';
import type { Recovery } from '../contract/access.ts';
import { actTerms } from '../contract/acts.ts';
import type { Credentials } from '../contract/vault.ts';
import { invariant } from '../errors/refusal.ts';
import type { ActId } from '../ids/ids.ts';
import type { Driver } from '../jobs/driver.ts';
import { verifySignature } from '../signatures/verify-signature.ts';
import { perform, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { forbidden, unknownStaff } from './errors.ts';
import { doAct, lockChain, refuseUndoable, statementFor } from './governance.ts';
import { keepProposal, refuseUnproposed } from './proposals.ts';
import { whatIsWrong } from './trust/chain.ts';
import { nothingToObject, wrongSheet } from './trust/errors.ts';
import { governanceSubject, RECOVERY, readGovernance } from './trust/governance-statement.ts';
import { adminsOf, isForRecovery } from './trust/state.ts';
import { soundTrust, type Trust } from './trust/trust.ts';

export interface SheetProof {
  readonly statedAtMs: number;
  readonly signature: string;
}

/** That the recovery sheet which is in force is at hand. Gives its public key. */
export async function proveSheet(reader: Reader, proof: SheetProof, nowMs: number): Promise<string> {
  const { recoveryKey } = await soundTrust(reader);
  const isFresh = Math.abs(nowMs - proof.statedAtMs) <= STATEMENT_AGE_MS_MAX;
  if (recoveryKey === null || !isFresh) throw wrongSheet();
  if (!verifySignature(recoveryKey, sheetProofText(proof.statedAtMs), proof.signature)) throw wrongSheet();
  return recoveryKey;
}

/** Whose key the sheet can replace, and how long everybody can object. */
export async function recoverable(reader: Reader) {
  const trust = await soundTrust(reader);
  return {
    foundingFingerprint: trust.fingerprint,
    admins: adminsOf(trust.people).map(({ id, name }) => ({ id, name })),
    waitMs: trust.settings.recoveryWaitMs,
  };
}

export async function proposeRecovery(
  work: Work,
  input: {
    readonly sheet: SheetProof;
    readonly staffId: string;
    readonly credentials: Credentials;
    readonly reason: string;
  },
): Promise<{ statement: string }> {
  const publicKey = await proveSheet(work.tx, input.sheet, work.nowMs);
  const trust = await soundTrust(work.tx);
  const { staffId, credentials, reason } = input;
  const person = trust.people.get(staffId);
  if (!person) throw unknownStaff(staffId);
  const terms = { kind: 'staff_key', staffId, publicKey: credentials.publicKey, reason } as const;
  if (!isForRecovery(trust, terms)) throw forbidden('admin');
  refuseUndoable(trust, terms, work.nowMs);
  await keepProposal(work, { publicKey: credentials.publicKey, staffId, name: person.name }, credentials);
  work.audit({ action: 'access.recovery_propose', subject: `staff:${staffId}`, details: { terms } });
  return { statement: statementFor(trust, { id: RECOVERY, publicKey }, terms, work.nowMs) };
}

export interface BegunRecovery {
  readonly actId: ActId;
  readonly takesEffectAtMs: number;
  /** True where nobody has to be waited for. */
  readonly done: boolean;
}

export async function signRecovery(
  work: Work,
  input: { readonly statement: string; readonly signature: string },
): Promise<BegunRecovery> {
  await lockChain(work.tx);
  const trust = await soundTrust(work.tx);
  const statement = readGovernance(input.statement);
  if (statement?.signer.id !== RECOVERY) throw actUnsigned();
  const { terms, after, statedAtMs } = statement;
  if (after.act !== trust.head.act || Math.abs(work.nowMs - statedAtMs) > STATEMENT_AGE_MS_MAX) throw actStale();
  const takesEffectAtMs = statedAtMs + trust.settings.recoveryWaitMs;
  if (whatIsWrong(trust.link, statement, input, Math.max(work.nowMs, takesEffectAtMs)) !== null) throw actUnsigned();
  if (!isForRecovery(trust, terms)) throw forbidden('admin');
  refuseUndoable(trust, terms, work.nowMs);
  await refuseUnproposed(work.tx, terms);

  const act = { terms, subject: governanceSubject(terms), takesEffectAtMs };
  if (await findOpenAct(work.tx, act)) throw actSignedAlready();
  const actId = await insertAct(work, act);
  const signed = { signer: RECOVERY, ...input };
  invariant(await addSignature(work, actId, signed), 'a new act has no signatures yet');
  work.audit({
    action: 'access.recovery',
    subject: act.subject,
    details: { act: actId, terms: terms as never, takesEffectAtMs, signature: input.signature },
  });
  work.emit({ name: 'access.recovery_begun', subject: act.subject, payload: { takesEffectAtMs } });
  const done = takesEffectAtMs <= work.nowMs;
  if (done) await doAct(work, trust, { id: actId, terms }, [signed]);
  return { actId, takesEffectAtMs, done };
}

/** Anybody on staff. What was stopped needs a new key, a new signature and a new waiting period. */
export async function objectTo(work: Work, { actId, reason }: { actId: string; reason: string }): Promise<void> {
  const act = await work.tx.db
    .selectFrom('acts')
    .select(['subject', 'terms'])
    .where('id', '=', actId)
    .where('takes_effect_at_ms', 'is not', null)
    .executeTakeFirst();
  if (!act || !(await stopAct(work, actId, reason))) throw nothingToObject(actId);
  work.audit({ action: 'access.object', subject: act.subject, details: { act: actId, reason } });
  work.emit({ name: 'access.recovery_stopped', subject: act.subject });
}

/** Whose waiting period is over takes effect, or is stopped when it no longer can. */
export async function applyDueRecoveries(driver: Driver): Promise<{ readonly applied: number }> {
  const { treasury } = driver;
  const due = await treasury.writer.db
    .selectFrom('acts')
    .select('id')
    .where('status', '=', 'open')
    .where('takes_effect_at_ms', '<=', BigInt(treasury.clock.nowMs()))
    .orderBy('takes_effect_at_ms')
    .execute();
  let applied = 0;
  for (const { id } of due) {
    await driver.step?.();
    if (await perform(treasury, driver, (work) => applyRecovery(work, id as ActId))) applied += 1;
  }
  return { applied };
}

async function applyRecovery(work: Work, id: ActId): Promise<boolean> {
  await lockChain(work.tx);
  const trust = await soundTrust(work.tx);
  const row = await openRecovery(work.tx, id);
  if (!row || row.takesEffectAtMs > work.nowMs) {
    work.audit({ action: 'access.recovery_apply', subject: `act:${id}`, details: { done: false } });
    return false;
  }
  const wrong = whatKeepsIt(trust, row, work.nowMs);
  if (wrong !== null) await stopAct(work, id, wrong);
  work.audit({
    action: 'access.recovery_apply',
    subject: row.subject,
    details: { act: id, done: wrong === null, wrong },
  });
  if (wrong === null) await doAct(work, trust, { id, terms: row.statement.terms }, [row.signed]);
  else work.emit({ name: 'access.recovery_stopped', subject: row.subject });
  return wrong === null;
}

function whatKeepsIt(trust: Trust, { statement, signed }: OpenRecovery, nowMs: number): string | null {
  const wrong = whatIsWrong(trust.link, statement, signed, nowMs);
  if (wrong !== null) return wrong;
  return isForRecovery(trust, statement.terms) ? null : 'that is nobody whose key the recovery sheet replaces';
}

interface OpenRecovery {
  readonly subject: string;
  readonly takesEffectAtMs: number;
  readonly statement: NonNullable<ReturnType<typeof readGovernance>>;
  readonly signed: ActSignature;
}

async function openRecovery(reader: Reader, id: string): Promise<OpenRecovery | null> {
  const act = await reader.db
    .selectFrom('acts')
    .select(['subject', 'takes_effect_at_ms'])
    .where('id', '=', id)
    .where('status', '=', 'open')
    .executeTakeFirst();
  const signed = (await signaturesOf(reader, id)).find(({ signer }) => signer === RECOVERY);
  const statement = signed ? readGovernance(signed.statement) : null;
  if (!act || act.takes_effect_at_ms === null || !signed || !statement) return null;
  return { subject: act.subject, takesEffectAtMs: Number(act.takes_effect_at_ms), statement, signed };
}

/** What waits now, for everybody to see. */
export async function waitingRecoveries(reader: Reader): Promise<Recovery[]> {
  const rows = await reader.db
    .selectFrom('acts')
    .select(['id', 'terms', 'created_at_ms', 'takes_effect_at_ms'])
    .where('status', '=', 'open')
    .where('takes_effect_at_ms', 'is not', null)
    .orderBy('takes_effect_at_ms')
    .execute();
  return rows.map((row) => ({
    actId: row.id,
    terms: actTerms.parse(JSON.parse(row.terms)),
    signedBy: [{ id: RECOVERY, name: 'Recovery sheet' }],
    signedAtMs: Number(row.created_at_ms),
    takesEffectAtMs: Number(row.takes_effect_at_ms),
  }));
}
