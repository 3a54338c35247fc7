import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useRunJob } from './use-overview.ts';

interface Job {
  readonly name: string;
  readonly lastRunAtMs: number | null;
  readonly lastOutcome: 'ok' | 'failed' | null;
  readonly lastError: string | null;
}

function Outcome({ job }: { readonly job: Job }) {
  if (job.lastOutcome === null || job.lastRunAtMs === null)
    return <span className="text-faint">{words.overview.jobNever}</span>;
  const failed = job.lastOutcome === 'failed';
  return (
    <span className={`flex items-center gap-1.5 ${failed ? 'text-red' : 'text-green'}`}>
      <Icon name={failed ? 'warning' : 'check'} />
      {failed ? words.overview.jobFailed : words.overview.jobOk}
      <Ago atMs={job.lastRunAtMs} />
    </span>
  );
}

/** The work that goes on by itself, and whether it went well. */
export function Jobs({ jobs }: { readonly jobs: readonly Job[] }) {
  const me = useMe();
  const run = useRunJob();
  const mayRun = hasAnyRole(me, ['operator', 'admin', 'controller']);
  if (jobs.length === 0) return <p className="text-soft">{words.overview.jobsEmpty}</p>;
  return (
    <>
      <ul className="flex flex-col">
        {jobs.map((job) => (
          <li
            key={job.name}
            className="grid min-h-9 grid-cols-[minmax(9rem,1fr)_minmax(10rem,1.4fr)_auto] items-center gap-3 border-b border-line last:border-0"
          >
            <span className="font-mono text-xs">{job.name}</span>
            <span className="min-w-0">
              <Outcome job={job} />
              {job.lastError ? (
                <span className="block truncate text-xs text-soft" title={job.lastError}>
                  {job.lastError}
                </span>
              ) : null}
            </span>
            {mayRun ? (
              <Button
                kind="quiet"
                className="h-7"
                aria-label={words.overview.runNowOf(job.name)}
                busy={run.isPending && run.variables.name === job.name}
                onClick={() => run.mutate({ name: job.name })}
              >
                {words.overview.runNow}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {run.isError ? <ErrorNote error={run.error} /> : null}
    </>
  );
}
