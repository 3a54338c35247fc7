import { z } from 'zod';
import { command, query } from './procedure.ts';
import { hex, page, pageInput, timeMs } from './words.ts';

export const auditEntry = z.strictObject({
  seq: z.int(),
  atMs: timeMs,
  actor: z.string(),
  actorName: z.string(),
  role: z.string(),
  /** Where it came from. Null in other people's entries, for whoever may not see the whole log. */
  host: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  correlationId: z.string().nullable(),
  action: z.string(),
  outcome: z.enum(['done', 'refused']),
  subject: z.string(),
  /** Where something was changed: `before` and `after`. */
  details: z.record(z.string(), z.unknown()),
  hash: hex(32),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const subject = z.string().min(1).max(120);

const filters = {
  actor: z.string().max(120).optional(),
  /** One action (`payout.approve`), or all that begin alike up to the point (`payout.`). */
  action: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9_-]*$/, 'Expected an action like payout.approve, or payout. for all of them')
    .max(80)
    .optional(),
  subject: subject.optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  from: z.coerce.number().int().min(0).optional().meta({ description: 'Not before; milliseconds since 1970, UTC' }),
  to: z.coerce.number().int().min(0).optional().meta({ description: 'Before; milliseconds since 1970, UTC' }),
  /** Looked for in names, subjects, details, addresses and correlation ids. */
  text: z.string().trim().min(1).max(100).optional(),
};

/** The end of the log. */
export const auditHead = z.strictObject({ size: z.int(), hash: hex(32), atMs: timeMs });

/**
 * A page may hold fewer entries than were asked for, or none, and still have a next one: a page
 * looks through so many entries at most, and the next goes on where it stopped.
 */
const entries = page(auditEntry).extend({ head: auditHead });

export const auditProof = z.strictObject({
  entries: z.int(),
  valid: z.boolean(),
  head: z.string(),
  problem: z.string().nullable(),
  /** How many of the vault's signed checkpoints were held against the entries. */
  checkpoints: z.int(),
  /** The vault's own key, by which they are signed; null in a vault that has none yet. */
  publicKey: z.string().nullable(),
});

const signedCheckpoint = z.strictObject({
  /** The very text that is signed: canonical JSON. */
  statement: z.string(),
  signature: hex(64),
});

export const SEE_ALL_AUDIT = ['auditor', 'controller', 'admin'] as const;

export const audit = {
  /**
   * Auditors, controllers and admins see every entry. Everybody else sees their own acts, and what
   * happened to payouts, payees, statements, schedules, holds, campaigns, charges and imports,
   * whoever did it; not sign-ins, roles, policies or the vault's own affairs, and not from which
   * address others came.
   */
  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/audit', tags: ['audit'], summary: 'The audit log, newest first' })
    .input(z.strictObject({ ...filters, ...pageInput }))
    .output(entries),

  /** The whole log for a program that copies it: the same entries, for those who may see all. */
  pages: query(SEE_ALL_AUDIT, { service: true })
    .route({
      method: 'GET',
      path: '/admin/billing/audit',
      tags: ['audit'],
      summary: 'Pages of the audit log, newest first, with its head',
    })
    .input(z.strictObject({ ...filters, ...pageInput }))
    .output(entries),

  /** What happened to one record (`payee:{id}`, `staff:{id}`, `schedule:{id}` …), oldest first. Seen as `list` is. */
  timeline: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/audit/timelines/{subject}',
      tags: ['audit'],
      summary: 'What happened to one record, oldest first',
    })
    .input(z.strictObject({ subject, ...pageInput }))
    .output(page(auditEntry)),

  verify: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/audit/verification', tags: ['audit'], summary: 'Prove the whole chain' })
    .output(auditProof),

  /** Writes the log to a file on the machine that has the vault open, beside the vault's backups. */
  export: command(SEE_ALL_AUDIT, 'audit.export')
    .route({ method: 'POST', path: '/api/audit/exports', tags: ['audit'], summary: 'Export the log with a checkpoint' })
    .input(z.strictObject({ fromSeq: z.int().min(1).optional() }))
    .output(
      z.strictObject({
        file: z.string(),
        bytes: z.int(),
        sha256: hex(32),
        entries: z.int(),
        head: hex(32),
        takenAtMs: timeMs,
      }),
    ),

  /** Signed by the vault's key, to be kept where the vault's keepers cannot reach it. */
  checkpoint: query(SEE_ALL_AUDIT, { service: true })
    .route({ method: 'GET', path: '/api/audit/checkpoint', tags: ['audit'], summary: 'How far the log goes, signed' })
    .output(
      signedCheckpoint.extend({
        size: z.int(),
        head: hex(32),
        atMs: timeMs,
        publicKey: hex(32),
        vaultId: z.string(),
      }),
    ),
};
