/** Stopping a job from running by itself, and letting it again. */
import { sql } from 'kysely';
import type { Work } from '../store/command.ts';
import { unknownJob } from './errors.ts';

/** A paused job still runs when a person asks for it. */
export async function pauseJob(work: Work, input: { readonly name: string; readonly reason: string }): Promise<void> {
  const { changed } = await work.tx.run(sql`
    update jobs set paused_at_ms = coalesce(paused_at_ms, ${BigInt(work.nowMs)}), paused_by = coalesce(paused_by, ${work.actor.id})
    where name = ${input.name}`);
  if (changed === 0n) throw unknownJob(input.name);
  work.audit({ action: 'job.pause', subject: `job:${input.name}`, details: { reason: input.reason } });
  work.emit({ name: 'job.paused', subject: `job:${input.name}` });
}

/** What it missed meanwhile it makes up for in one run. */
export async function resumeJob(work: Work, input: { readonly name: string }): Promise<void> {
  const { changed } = await work.tx.run(sql`
    update jobs set paused_at_ms = null, paused_by = null where name = ${input.name}`);
  if (changed === 0n) throw unknownJob(input.name);
  work.audit({ action: 'job.resume', subject: `job:${input.name}` });
  work.emit({ name: 'job.resumed', subject: `job:${input.name}` });
}

/** The first failure after runs that went well is news, and so is the first that goes well again; the rest is history. */
export async function noteTurn(
  work: Work,
  { name, failed, summary }: { readonly name: string; readonly failed: boolean; readonly summary: string },
): Promise<void> {
  const turn = failed ? 'failed' : 'recovered';
  work.audit({ action: `job.${turn}`, subject: `job:${name}`, details: { summary } });
  work.emit({ name: `job.${turn}`, subject: `job:${name}` });
}
