/**
 * Acts of two people: what nobody may do alone, and nobody without their own key. Each of the two
 * signs the same terms; the second signature carries the act out. Resolving a quarantine, lifting
 * a freeze and lifting the fence of a restored vault are such acts.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { activeStaff } from '../access/staff.ts';
import { canonical } from '../canonical/canonical.ts';
import { type ActTerms, actTerms } from '../contract/acts.ts';
import { timeMs } from '../contract/words.ts';
import { invariant } from '../errors/refusal.ts';
import type { ActId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader } from '../store/tx.ts';
import { actSignedAlready, actStale, actUnsigned } from './errors.ts';
import { verifySignature } from './statement.ts';

export const ACT_PEOPLE = 2;
const STATEMENT_AGE_MS_MAX = 15 * 60 * 1000;
/** A first signature waits this long for a second. */
const ACT_LIFETIME_MS = 72 * 60 * 60 * 1000;

const statement = z.strictObject({
  what: z.literal('countersign act of two v1'),
  vault: z.string(),
  terms: actTerms,
  signer: z.strictObject({ id: z.string(), publicKey: z.string() }),
  statedAtMs: timeMs,
});

export interface SignedAct {
  readonly id: ActId;
  readonly terms: ActTerms;
  readonly signatures: number;
  /** True once, for the signature that completes it. */
  readonly complete: boolean;
}

export async function prepareAct(
  reader: Reader,
  signer: { readonly id: string; readonly publicKey: string },
  terms: ActTerms,
  nowMs: number,
): Promise<{ statement: string }> {
  const vault = await reader.db.selectFrom('vault').select('id').executeTakeFirstOrThrow();
  return { statement: textOf(vault.id, signer, terms, nowMs) };
}

/** Takes a signature in. The caller carries the act out when it is complete, in the same transaction. */
export async function signAct(
  work: Work,
  input: { readonly statement: string; readonly signature: string },
): Promise<SignedAct> {
  const signed = readAct(input.statement);
  if (!signed) throw actUnsigned();
  const signer = await activeStaff(work.tx, work.actor.id);
  const vault = await work.tx.db.selectFrom('vault').select('id').executeTakeFirstOrThrow();
  if (input.statement !== textOf(vault.id, signer, signed.terms, signed.statedAtMs)) throw actUnsigned();
  if (Math.abs(work.nowMs - signed.statedAtMs) > STATEMENT_AGE_MS_MAX) throw actStale();
  if (!verifySignature(signer.publicKey, input.statement, input.signature)) throw actUnsigned();

  const id = await openAct(work, signed.terms);
  const inserted = await work.tx.write
    .insertInto('act_signatures')
    .values({
      act_id: id,
      staff_id: signer.id,
      statement: input.statement,
      signature: input.signature,
      signed_at_ms: BigInt(work.nowMs),
    })
    .onConflict((conflict) => conflict.columns(['act_id', 'staff_id']).doNothing())
    .returning('act_id')
    .execute();
  if (inserted.length === 0) throw actSignedAlready();

  const signatures = await provenSignatures(work, id, vault.id);
  const complete = signatures >= ACT_PEOPLE;
  if (complete) await finishAct(work, id);
  work.audit({
    action: `act.${signed.terms.kind}`,
    subject: subjectOf(signed.terms),
    details: { act: id, signatures, complete, terms: signed.terms, signature: input.signature },
  });
  work.emit({ name: complete ? 'act.done' : 'act.signed', subject: subjectOf(signed.terms) });
  return { id, terms: signed.terms, signatures, complete };
}

export function subjectOf(terms: ActTerms): string {
  switch (terms.kind) {
    case 'resolution':
      return `payout:${terms.payoutId}`;
    case 'unfreeze':
      return `freeze:${terms.freezeId}`;
    case 'lift_fence':
      return 'vault';
  }
}

/** The act these terms belong to: one that waits for a second signature, or a new one. */
async function openAct(work: Work, terms: ActTerms): Promise<ActId> {
  const text = canonical(terms);
  const subject = subjectOf(terms);
  const waiting = await work.tx.db
    .selectFrom('acts')
    .select(['id', 'created_at_ms'])
    .where('kind', '=', terms.kind)
    .where('subject', '=', subject)
    .where('terms', '=', text)
    .where('status', '=', 'open')
    .executeTakeFirst();
  if (waiting) {
    // Two signatures are counted one after the other, or neither would be the second.
    if (work.tx.dialect === 'postgres') {
      const { rows } = await work.tx.run(
        sql`select id from acts where id = ${waiting.id} and status = 'open' for update`,
      );
      if (rows.length === 0) throw new Overtaken('the act was carried out by somebody else');
    }
    if (work.nowMs - Number(waiting.created_at_ms) > ACT_LIFETIME_MS) throw actStale();
    return waiting.id as ActId;
  }
  const id = work.ids.next('act');
  const inserted = await work.tx.write
    .insertInto('acts')
    .values({
      id,
      kind: terms.kind,
      subject,
      terms: text,
      status: 'open',
      created_at_ms: BigInt(work.nowMs),
      done_at_ms: null,
    })
    // A bound value would not name the index on SQLite.
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject', 'terms']).where(sql<boolean>`status = 'open'`).doNothing(),
    )
    .returning('id')
    .execute();
  if (inserted.length === 0) throw new Overtaken('somebody else signed the same terms at this moment');
  return id;
}

/** Counts the signatures that verify now, by people who are on staff now. */
async function provenSignatures(work: Work, id: ActId, vaultId: string): Promise<number> {
  const rows = await work.tx.db
    .selectFrom('act_signatures')
    .innerJoin('staff', 'staff.id', 'act_signatures.staff_id')
    .select(['staff.id', 'staff.public_key', 'act_signatures.statement', 'act_signatures.signature'])
    .where('act_id', '=', id)
    .where('staff.status', '=', 'active')
    .execute();
  return rows.filter((row) => {
    const signed = readAct(row.statement);
    const signer = { id: row.id, publicKey: row.public_key };
    return (
      signed !== null &&
      row.statement === textOf(vaultId, signer, signed.terms, signed.statedAtMs) &&
      verifySignature(row.public_key, row.statement, row.signature)
    );
  }).length;
}

async function finishAct(work: Work, id: ActId): Promise<void> {
  const done = await work.tx.write
    .updateTable('acts')
    .set({ status: 'done', done_at_ms: BigInt(work.nowMs) })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returning('id')
    .execute();
  invariant(done.length === 1, 'an act is done once');
}

/** What waits for a second person. */
export async function waitingActs(
  reader: Reader,
): Promise<readonly { id: ActId; terms: ActTerms; signedBy: readonly string[]; createdAtMs: number }[]> {
  const acts = await reader.db
    .selectFrom('acts')
    .selectAll()
    .where('status', '=', 'open')
    .orderBy('created_at_ms')
    .limit(200)
    .execute();
  const signatures = await reader.db
    .selectFrom('act_signatures')
    .innerJoin('acts', 'acts.id', 'act_signatures.act_id')
    .select(['act_signatures.act_id', 'act_signatures.staff_id'])
    .where('acts.status', '=', 'open')
    .execute();
  return acts.map((act) => ({
    id: act.id as ActId,
    terms: actTerms.parse(JSON.parse(act.terms)),
    signedBy: signatures.filter((signature) => signature.act_id === act.id).map((signature) => signature.staff_id),
    createdAtMs: Number(act.created_at_ms),
  }));
}

function textOf(
  vault: string,
  signer: { readonly id: string; readonly publicKey: string },
  terms: ActTerms,
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

/** Null when the text is no statement of an act at all. */
export function readAct(text: string): z.infer<typeof statement> | null {
  try {
    const parsed = statement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
