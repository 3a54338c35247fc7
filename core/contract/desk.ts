/** What the window asks for itself: the first screen, live changes, jobs, the sandbox. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { position } from './ledger-records.ts';
import { payoutStatus } from './payouts.ts';
import { beforeVault, command, query } from './procedure.ts';
import { positiveMinorUnits, timeMs } from './words.ts';

export const health = z.strictObject({
  status: z.enum(['ok', 'starting', 'stopping']),
  version: z.string(),
  /** How often the engine has been started again since the host came up. */
  engineRestarts: z.int(),
});

export const desk = {
  health: beforeVault()
    .route({ method: 'GET', path: '/healthz', tags: ['health'], summary: 'Is the engine alive?' })
    .output(health),

  overview: query('staff')
    .route({ method: 'GET', path: '/api/overview', tags: ['desk'], summary: 'The first screen' })
    .output(
      z.strictObject({
        position: z.array(position),
        waitingForMe: z.int(),
        /** By how much the machine's clock is behind the audit log's; more than a minute needs somebody's attention. */
        clockBehindMs: z.int(),
        byStatus: z.array(z.strictObject({ status: payoutStatus, count: z.int() })),
        jobs: z.array(
          z.strictObject({
            name: z.string(),
            lastRunAtMs: timeMs.nullable(),
            lastOutcome: z.enum(['ok', 'failed']).nullable(),
            lastError: z.string().nullable(),
          }),
        ),
      }),
    ),

  /** Committed changes as they happen; a window that was away asks again instead of replaying. */
  changes: query('staff').output(
    eventIterator(z.strictObject({ seq: z.string(), name: z.string(), subject: z.string(), atMs: timeMs })),
  ),

  /** Records that the treasury was funded: the bank's money became ours to pay out. */
  fund: command(['admin', 'controller'], 'treasury.fund')
    .input(
      z.strictObject({ assetId: z.string(), amountMinor: positiveMinorUnits, idempotencyKey: z.string().max(128) }),
    )
    .output(z.strictObject({})),

  runJob: command(['operator', 'admin', 'controller'], 'job.run')
    .route({ method: 'POST', path: '/api/jobs/{name}/run', tags: ['jobs'], summary: 'Run a job now' })
    .input(z.strictObject({ name: z.string().max(64) }))
    .output(z.strictObject({ name: z.string(), outcome: z.enum(['ok', 'failed', 'stopped']), summary: z.string() })),
};
