import { z } from 'zod';
import { governanceTerms } from './governance.ts';
import { command, query } from './procedure.ts';
import { hex, idText, reason, timeMs } from './words.ts';

/**
 * What people sign together. The same terms, to the letter, make it one act. The first three kinds
 * need two deciders; governance needs two admins, or one while a new treasury is being set up.
 */
const unionOfTerms = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('resolution'),
    payoutId: idText,
    /** The version that was looked at: anything that happens since makes new terms. */
    payoutVersion: z.int().min(1),
    to: z.enum(['completed', 'failed', 'approved', 'cancelled']),
    reason,
    /** What shows it: a provider's record, a hash, a correspondence. */
    evidence: z.string().trim().min(1).max(4000),
  }),
  z.strictObject({ kind: z.literal('unfreeze'), freezeId: idText, reason }),
  z.strictObject({ kind: z.literal('lift_fence'), fencedAtMs: timeMs, comparedAtMs: timeMs, reason }),
  ...governanceTerms,
]);
type UnionOfTerms = typeof unionOfTerms;
/** An interface, so that declarations name it instead of spelling every kind at every procedure. */
export interface ActTermsSchema extends UnionOfTerms {}
export const actTerms: ActTermsSchema = unionOfTerms;
export type ActTerms = z.infer<UnionOfTerms>;

const DECIDERS = ['approver', 'controller', 'admin'] as const;

export const freeze = z.strictObject({
  id: z.string(),
  scope: z.enum(['vault', 'rail', 'asset', 'payee']),
  target: z.string(),
  reason: z.string(),
  frozenBy: z.string(),
  frozenAtMs: timeMs,
});
export type Freeze = z.infer<typeof freeze>;

export const acts = {
  /** The text to sign; signed by the person's own key on their own desk. */
  prepare: query(DECIDERS)
    .input(z.strictObject({ terms: actTerms }))
    .output(z.strictObject({ statement: z.string() })),

  /** The second signature over the same terms carries the act out. */
  sign: command(DECIDERS, 'act.sign', { secondFactor: true })
    .input(z.strictObject({ statement: z.string().max(65_536), signature: hex(64) }))
    .output(z.strictObject({ signatures: z.int(), needed: z.int(), done: z.boolean() })),

  waiting: query('staff').output(
    z.array(
      z.strictObject({
        id: z.string(),
        terms: actTerms,
        /** Ids of staff whose signature counts now; `recovery` is the recovery sheet. */
        signedBy: z.array(z.string()),
        needed: z.int(),
        createdAtMs: timeMs,
        /** Set for an act of the recovery sheet, which waits for this moment instead of a second person. */
        takesEffectAtMs: timeMs.nullable(),
      }),
    ),
  ),
};

export const freezes = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/freezes', tags: ['freezes'], summary: 'What is frozen now' })
    .output(z.array(freeze)),

  /** Anyone on staff can stop payments; two people let them go on. */
  freeze: command('staff', 'freeze.set')
    .route({
      method: 'POST',
      path: '/api/freezes',
      tags: ['freezes'],
      summary: 'Freeze the vault, a rail, an asset or a payee',
    })
    .input(z.strictObject({ scope: freeze.shape.scope, target: z.string().trim().max(120), reason }))
    .output(freeze),
};

/** A restored or copied vault pays nothing until history was compared and two people lifted the fence. */
export const fence = {
  status: query('staff').output(
    z.strictObject({ fencedAtMs: timeMs.nullable(), reason: z.string().nullable(), comparedAtMs: timeMs.nullable() }),
  ),

  /** Asks every provider what happened since, and quarantines what this vault does not remember. */
  compare: command(['controller', 'admin'], 'fence.compare').output(
    z.strictObject({ comparedAtMs: timeMs, records: z.int(), quarantined: z.int() }),
  ),
};
