/**
 * Acts of two people: what nobody may do alone, and nobody without their own key. Each of the two
 * signs the same terms; the second signature carries the act out. Resolving a quarantine, lifting
 * a freeze and lifting the fence of a restored vault are such acts. Governance is signed the same
 * way and kept beside them, and has rules of its own (core/access/governance.ts).
 */
import { z } from 'zod';
import { forbidden } from '../access/errors.ts';
import { counting, prepareGovernance, signGovernance } from '../access/governance.ts';
import { signaturesNeeded } from '../access/trust/chain.ts';
import { RECOVERY, readGovernance } from '../access/trust/governance-statement.ts';
import type { TrustedPerson } from '../access/trust/state.ts';
import { readTrust, soundTrust, type Trust } from '../access/trust/trust.ts';
import { canonical } from '../canonical/canonical.ts';
import { type ActTerms, actTerms } from '../contract/acts.ts';
import { GOVERNANCE_KINDS, type GovernanceTerms } from '../contract/governance.ts';
import { type Role, timeMs } from '../contract/words.ts';
import type { ActId } from '../ids/ids.ts';
import { verifySignature } from '../signatures/verify-signature.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
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
} from './act-records.ts';
import { actSignedAlready, actStale, actUnsigned } from './errors.ts';

const ACT_PEOPLE = 2;
/** Whose signature counts under what is no governance. */
const DECIDERS: readonly Role[] = ['approver', 'controller', 'admin'];

export type PeoplesTerms = Exclude<ActTerms, GovernanceTerms>;

export function isGovernance(terms: ActTerms): terms is GovernanceTerms {
  return GOVERNANCE_KINDS.has(terms.kind);
}

const statement = z.strictObject({
  what: z.literal('countersign act of two v1'),
  vault: z.string(),
  terms: actTerms,
  signer: z.strictObject({ id: z.string(), publicKey: z.string() }),
  statedAtMs: timeMs,
});

export async function prepareAct(
  reader: Reader,
  signer: { readonly id: string },
  terms: ActTerms,
  nowMs: number,
): Promise<{ statement: string }> {
  if (isGovernance(terms)) return prepareGovernance(reader, signer.id, terms, nowMs);
  const trust = await soundTrust(reader);
  return { statement: textOf(trust.vaultId, deciderIn(trust, signer.id), terms, nowMs) };
}

/** Takes a signature in. Governance is carried out here; the caller carries out the rest when it is complete. */
export async function signAct(
  work: Work,
  input: { readonly statement: string; readonly signature: string },
): Promise<SignedAct> {
  if (readGovernance(input.statement)) return signGovernance(work, input);
  const signed = readAct(input.statement);
  if (!signed || isGovernance(signed.terms)) throw actUnsigned();
  const trust = await soundTrust(work.tx);
  const signer = deciderIn(trust, work.actor.id);
  if (input.statement !== textOf(trust.vaultId, signer, signed.terms, signed.statedAtMs)) throw actUnsigned();
  if (Math.abs(work.nowMs - signed.statedAtMs) > STATEMENT_AGE_MS_MAX) throw actStale();
  if (!verifySignature(signer.publicKey, input.statement, input.signature)) throw actUnsigned();

  const subject = subjectOf(signed.terms);
  const id = await actFor(work, signed.terms, subject);
  if (!(await addSignature(work, id, { signer: signer.id, ...input }))) throw actSignedAlready();
  const signatures = (await signaturesOf(work.tx, id)).filter((one) => counts(trust, one)).length;
  const complete = signatures >= ACT_PEOPLE;
  if (complete) await finishAct(work, id);
  work.audit({
    action: `act.${signed.terms.kind}`,
    subject,
    details: { act: id, signatures, complete, terms: signed.terms, signature: input.signature },
  });
  work.emit({ name: complete ? 'act.done' : 'act.signed', subject });
  return { id, terms: signed.terms, signatures, needed: ACT_PEOPLE, complete };
}

function subjectOf(terms: PeoplesTerms): string {
  switch (terms.kind) {
    case 'resolution':
      return `payout:${terms.payoutId}`;
    case 'unfreeze':
      return `freeze:${terms.freezeId}`;
    case 'lift_fence':
      return 'vault';
  }
}

function deciderIn(trust: Trust, id: string): TrustedPerson {
  const person = trust.people.get(id);
  if (!isDecider(person)) throw forbidden(DECIDERS.join(' '));
  return person;
}

function isDecider(person: TrustedPerson | undefined): person is TrustedPerson {
  return person?.status === 'active' && DECIDERS.some((role) => person.roles.includes(role));
}

/** The act these terms belong to: the one that waits for a second signature, unless it waited too long. */
async function actFor(work: Work, terms: PeoplesTerms, subject: string): Promise<ActId> {
  const act = { terms, subject };
  const open = await findOpenAct(work.tx, act);
  if (open && work.nowMs - open.createdAtMs <= ACT_LIFETIME_MS) return open.id;
  if (open) await stopAct(work, open.id, 'expired');
  return insertAct(work, act);
}

/** Whether a signature verifies now, by somebody who may decide now. */
function counts(trust: Trust, { signer, statement: text, signature }: ActSignature): boolean {
  const person = trust.people.get(signer);
  const signed = readAct(text);
  return (
    isDecider(person) &&
    signed !== null &&
    !isGovernance(signed.terms) &&
    text === textOf(trust.vaultId, person, signed.terms, signed.statedAtMs) &&
    verifySignature(person.publicKey, text, signature)
  );
}

export interface WaitingAct {
  readonly id: ActId;
  readonly terms: ActTerms;
  readonly signedBy: readonly string[];
  readonly needed: number;
  readonly createdAtMs: number;
  readonly takesEffectAtMs: number | null;
}

/** What waits for another person, or for the end of a waiting period. */
export async function waitingActs(reader: Reader, nowMs: number): Promise<readonly WaitingAct[]> {
  const trust = await readTrust(reader);
  if (trust === null) return [];
  const acts = await reader.db
    .selectFrom('acts')
    .selectAll()
    .where('status', '=', 'open')
    .where((act) =>
      act.or([act('created_at_ms', '>=', BigInt(nowMs - ACT_LIFETIME_MS)), act('takes_effect_at_ms', 'is not', null)]),
    )
    .orderBy('created_at_ms')
    .limit(200)
    .execute();
  const signatures = await reader.db
    .selectFrom('act_signatures')
    .innerJoin('acts', 'acts.id', 'act_signatures.act_id')
    .select(['act_signatures.act_id', 'signer', 'statement', 'signature'])
    .where('acts.status', '=', 'open')
    .execute();
  return acts.map((act) => {
    const terms = actTerms.parse(JSON.parse(act.terms));
    const own = signatures.filter(({ act_id }) => act_id === act.id);
    const takesEffectAtMs = act.takes_effect_at_ms === null ? null : Number(act.takes_effect_at_ms);
    const counted = isGovernance(terms) ? counting(trust, own, nowMs) : own.filter((one) => counts(trust, one));
    return {
      id: act.id as ActId,
      terms,
      signedBy: [...(takesEffectAtMs === null ? [] : [RECOVERY]), ...counted.map(({ signer }) => signer)],
      needed: isGovernance(terms) ? signaturesNeeded(trust) : ACT_PEOPLE,
      createdAtMs: Number(act.created_at_ms),
      takesEffectAtMs,
    };
  });
}

function textOf(
  vault: string,
  signer: { readonly id: string; readonly publicKey: string },
  terms: PeoplesTerms,
  statedAtMs: number,
): string {
  return canonical({
    what: 'countersign act of two v1',
    vault,
    terms,
    signer: { id: signer.id, publicKey: signer.publicKey },
    statedAtMs,
  });
}

/** What a statement is about, of whichever of the two forms it is; null when it is neither. */
export function termsOf(text: string): ActTerms | null {
  return readGovernance(text)?.terms ?? readAct(text)?.terms ?? null;
}

function readAct(text: string): z.infer<typeof statement> | null {
  try {
    const parsed = statement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
