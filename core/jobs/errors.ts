import { Refusal } from '../errors/refusal.ts';

export class JobError extends Refusal {
  override readonly name = 'JobError';
}

export const unknownJob = (name: string) => new JobError('job.unknown', { name });
export const jobRunning = (name: string) => new JobError('job.running', { name });
