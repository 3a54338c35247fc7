import { expect, test } from 'vitest';
import { countJobs } from '../../../renderer/features/overview/job-counts.ts';

const job = (name: string, lastOutcome: 'ok' | 'failed' | null, lastRunAtMs: number | null) => ({
  name,
  lastOutcome,
  lastRunAtMs,
  lastError: lastOutcome === 'failed' ? 'It did not answer' : null,
});

test('of background work the overview names what fails, the newest first, and counts the rest', () => {
  const counts = countJobs([
    job('watch', 'ok', 30),
    job('backup', 'failed', 10),
    job('sync-stripe', 'failed', 20),
    job('process-schedules', null, null),
  ]);
  expect(counts.failed.map(({ name }) => name)).toEqual(['sync-stripe', 'backup']);
  expect(counts).toMatchObject({ ranWell: 1, neverRan: 1, lastAtMs: 30 });
  expect(countJobs([job('process-schedules', null, null)]).lastAtMs).toBeNull();
});
