/** Acts as they are kept: open while they wait for signatures, then done, or stopped. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import type { ActTerms } from '../contract/acts.ts';
import { invariant } from '../errors/refusal.ts';
import type { ActId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader, Tx } from '../store/tx.ts';

/** A statement is signed soon after it was made, or made again. */
export const STATEMENT_AGE_MS_MAX = 15 * 60 * 1000;
/** A first signature waits this long for a second. */
export const ACT_LIFETIME_MS = 72 * 60 * 60 * 1000;

export interface SignedAct {
  readonly id: ActId;
  readonly terms: ActTerms;
  readonly signatures: number;
  readonly needed: number;
  /** True once, for the signature that completes it. */
  readonly complete: boolean;
}

export interface ActSignature {
  readonly signer: string;
  readonly statement: string;
  readonly signature: string;
}

interface OpenAct {
  readonly id: ActId;
  readonly createdAtMs: number;
}

export interface NewAct {
  readonly terms: ActTerms;
  readonly subject: string;
  readonly takesEffectAtMs?: number;
}

/** The act with these very terms that waits for more signatures. Locked, so that they are counted one by one. */
export async function findOpenAct(tx: Tx, { terms, subject }: NewAct): Promise<OpenAct | null> {
  const waiting = await tx.db
    .selectFrom('acts')
    .select(['id', 'created_at_ms'])
    .where('kind', '=', terms.kind)
    .where('subject', '=', subject)
    .where('terms_sha256', '=', sha256(canonical(terms as never)))
    .where('status', '=', 'open')
    .executeTakeFirst();
  if (!waiting) return null;
  if (tx.dialect === 'postgres') {
    const { rows } = await tx.run(sql`select id from acts where id = ${waiting.id} and status = 'open' for update`);
    if (rows.length === 0) throw new Overtaken('the act was carried out by somebody else');
  }
  return { id: waiting.id as ActId, createdAtMs: Number(waiting.created_at_ms) };
}

export async function insertAct(work: Work, { terms, subject, takesEffectAtMs }: NewAct): Promise<ActId> {
  const id = work.ids.next('act');
  const text = canonical(terms as never);
  const inserted = await work.tx.write
    .insertInto('acts')
    .values({
      id,
      kind: terms.kind,
      subject,
      terms: text,
      terms_sha256: sha256(text),
      status: 'open',
      created_at_ms: BigInt(work.nowMs),
      takes_effect_at_ms: takesEffectAtMs === undefined ? null : BigInt(takesEffectAtMs),
      done_at_ms: null,
      stopped_at_ms: null,
      stopped_by: null,
      stop_reason: null,
    })
    // A bound value would not name the index on SQLite.
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject', 'terms_sha256']).where(sql<boolean>`status = 'open'`).doNothing(),
    )
    .returning('id')
    .execute();
  if (inserted.length === 0) throw new Overtaken('somebody else signed the same terms at this moment');
  return id;
}

/** False when they signed it before. */
export async function addSignature(work: Work, actId: ActId, signed: ActSignature): Promise<boolean> {
  const inserted = await work.tx.write
    .insertInto('act_signatures')
    .values({ act_id: actId, ...signed, signed_at_ms: BigInt(work.nowMs) })
    .onConflict((conflict) => conflict.columns(['act_id', 'signer']).doNothing())
    .returning('act_id')
    .execute();
  return inserted.length === 1;
}

export async function signaturesOf(reader: Reader, actId: string): Promise<readonly ActSignature[]> {
  return reader.db
    .selectFrom('act_signatures')
    .select(['signer', 'statement', 'signature'])
    .where('act_id', '=', actId)
    .orderBy('signed_at_ms')
    .orderBy('signer')
    .execute();
}

export async function finishAct(work: Work, id: ActId): Promise<void> {
  const done = await work.tx.write
    .updateTable('acts')
    .set({ status: 'done', done_at_ms: BigInt(work.nowMs) })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returning('id')
    .execute();
  invariant(done.length === 1, 'an act is done once');
}

/** It waits no more and can be signed anew. False when it was not open. */
export async function stopAct(work: Work, id: string, reason: string): Promise<boolean> {
  const stopped = await work.tx.write
    .updateTable('acts')
    .set({ status: 'stopped', stopped_at_ms: BigInt(work.nowMs), stopped_by: work.actor.id, stop_reason: reason })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returning('id')
    .execute();
  return stopped.length === 1;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
