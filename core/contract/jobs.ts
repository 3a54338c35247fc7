/** The work that goes on by itself. A job is run by hand with `desk.runJob`. */
import { z } from 'zod';
import { command, query } from './procedure.ts';
import { page, pageInput, reason, timeMs } from './words.ts';

export const jobName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'Not the name of a job');

export const jobView = z.strictObject({
  name: z.string(),
  /** `0 2 * * *`, in UTC, or `every 5 s`. */
  timetable: z.string(),
  state: z.enum(['waiting', 'running', 'paused']),
  health: z.enum(['new', 'ok', 'late', 'failing']),
  /** How many runs have failed in a row. */
  failures: z.int(),
  /** Nothing while it is paused. */
  nextRunAtMs: timeMs.nullable(),
  /** For how long it has been due without running. */
  lagMs: z.int(),
  lastStartedAtMs: timeMs.nullable(),
  lastEndedAtMs: timeMs.nullable(),
  lastOutcome: z.enum(['ok', 'failed', 'stopped']).nullable(),
  lastSummary: z.string().nullable(),
  pausedAtMs: timeMs.nullable(),
  pausedBy: z.string().nullable(),
});
export type JobView = z.infer<typeof jobView>;

export const jobRun = z.strictObject({
  run: z.int(),
  cause: z.enum(['clock', 'event', 'hand']),
  holder: z.string(),
  startedAtMs: timeMs,
  endedAtMs: timeMs.nullable(),
  /** Nothing while it runs; `lost` when its process was not heard of any more. */
  outcome: z.enum(['ok', 'failed', 'stopped', 'lost']).nullable(),
  summary: z.string().nullable(),
  items: z.int(),
});
export type JobRun = z.infer<typeof jobRun>;

const KEEPERS = ['controller', 'admin'] as const;

export const jobs = {
  list: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/jobs',
      tags: ['jobs'],
      summary: 'Every job, when it runs next and how it is doing',
    })
    .output(z.array(jobView)),

  history: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/jobs/{name}/history',
      tags: ['jobs'],
      summary: 'The runs of a job, newest first',
    })
    .input(z.strictObject({ name: jobName, ...pageInput }))
    .output(page(jobRun)),

  /** It runs no more by itself; by hand it still does. */
  pause: command(KEEPERS, 'job.pause')
    .route({
      method: 'POST',
      path: '/api/jobs/{name}/pause',
      tags: ['jobs'],
      summary: 'Stop a job from running by itself',
    })
    .input(z.strictObject({ name: jobName, reason }))
    .output(z.strictObject({})),

  resume: command(KEEPERS, 'job.resume')
    .route({
      method: 'POST',
      path: '/api/jobs/{name}/resume',
      tags: ['jobs'],
      summary: 'Let a paused job run by itself again',
    })
    .input(z.strictObject({ name: jobName }))
    .output(z.strictObject({})),
};
