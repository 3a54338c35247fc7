import { z } from 'zod';
import { query } from './procedure.ts';
import { hex, page, pageInput, timeMs } from './words.ts';

export const auditEntry = z.strictObject({
  seq: z.int(),
  atMs: timeMs,
  actor: z.string(),
  actorName: z.string(),
  role: z.string(),
  action: z.string(),
  outcome: z.enum(['done', 'refused']),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  hash: hex(32),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const audit = {
  list: query(['auditor', 'controller', 'admin'], { service: true })
    .route({ method: 'GET', path: '/api/audit', tags: ['audit'], summary: 'The audit log, newest first' })
    .input(z.strictObject({ ...pageInput }))
    .output(page(auditEntry)),

  verify: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/audit/verification', tags: ['audit'], summary: 'Prove the whole chain' })
    .output(z.strictObject({ entries: z.int(), valid: z.boolean(), head: z.string(), problem: z.string().nullable() })),
};
