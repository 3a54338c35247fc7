import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { countJobs, type Job } from './job-counts.ts';
import { useRunJob } from './use-overview.ts';

const say = words.overview;
const FAILED_MAX = 5;

/** The work that goes on by itself: what fails, and that the rest goes on. Each job has its row on its own place. */
export function Jobs({ jobs }: { readonly jobs: readonly Job[] }) {
  const { failed, ranWell, neverRan, lastAtMs } = countJobs(jobs);
  return (
    <Section
      title={say.jobs}
      action={
        <a href={hrefOf('jobs')} className="text-xs text-accent hover:underline">
          {say.jobsAll}
        </a>
      }
    >
      {jobs.length === 0 ? <p className="text-soft">{say.jobsEmpty}</p> : null}
      {failed.length > 0 ? <FailedJobs failed={failed.slice(0, FAILED_MAX)} more={failed.length - FAILED_MAX} /> : null}
      {jobs.length > 0 ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {ranWell > 0 ? (
            <span className="flex items-center gap-1.5 text-green">
              <Icon name="check" />
              {say.jobsWell(ranWell)}
            </span>
          ) : null}
          {lastAtMs === null ? null : <Ago atMs={lastAtMs} />}
          {neverRan > 0 ? <span className="text-soft">{say.jobsNever(neverRan)}</span> : null}
        </p>
      ) : null}
    </Section>
  );
}

function FailedJobs({ failed, more }: { readonly failed: readonly Job[]; readonly more: number }) {
  const me = useMe();
  const run = useRunJob();
  const mayRun = hasAnyRole(me, ['operator', 'admin', 'controller']);
  return (
    <>
      <ul className="flex flex-col">
        {failed.map((job) => (
          <li
            key={job.name}
            className="grid min-h-9 grid-cols-[minmax(0,1fr)_auto] items-center gap-3 border-b border-line py-1"
          >
            <span className="min-w-0">
              <span className="flex items-center gap-1.5 text-red">
                <Icon name="warning" />
                <a href={hrefOf('jobs', job.name)} className="truncate font-mono text-xs hover:underline">
                  {job.name}
                </a>
                {job.lastRunAtMs === null ? null : <Ago atMs={job.lastRunAtMs} />}
              </span>
              {job.lastError ? (
                <span className="block truncate pl-5.5 text-xs text-soft" title={job.lastError}>
                  {job.lastError}
                </span>
              ) : null}
            </span>
            {mayRun ? (
              <Button
                kind="quiet"
                className="h-7"
                aria-label={say.runNowOf(job.name)}
                busy={run.isPending && run.variables.name === job.name}
                onClick={() => run.mutate({ name: job.name })}
              >
                {say.runNow}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {more > 0 ? <p className="text-red">{say.jobsFailedMore(more)}</p> : null}
      {run.isError ? <ErrorNote error={run.error} /> : null}
    </>
  );
}
