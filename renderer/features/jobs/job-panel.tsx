import { useState } from 'react';
import type { JobRun, JobView } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { JobHealth } from './job-health.tsx';
import { timetableText } from './timetable-text.ts';
import { useJobHistory, usePauseJob, useResumeJob, useRunJobNow } from './use-jobs.ts';

const say = words.jobs;

interface Props {
  readonly job: JobView;
  readonly onClose: () => void;
}

export function JobPanel({ job, onClose }: Props) {
  const [pausing, setPausing] = useState(false);
  return (
    <Panel
      of={`${job.name} ${pausing}`}
      label={say.panel}
      onClose={onClose}
      title={<h2 className="truncate font-mono text-sm font-semibold">{job.name}</h2>}
    >
      {pausing ? (
        <PauseJob name={job.name} onDone={() => setPausing(false)} />
      ) : (
        <>
          <Facts>
            <Fact name={words.columns.status}>
              <JobHealth job={job} />
            </Fact>
            <Fact name={say.timetable}>
              {timetableText(job.timetable)}
              <span className="block text-xs text-faint">{say.timetableHint}</span>
            </Fact>
            {job.nextRunAtMs === null ? null : (
              <Fact name={say.next}>
                <Moment atMs={job.nextRunAtMs} />
              </Fact>
            )}
            {job.lastSummary === null ? null : <Fact name={say.last}>{job.lastSummary}</Fact>}
          </Facts>
          <Tasks job={job} onPause={() => setPausing(true)} />
          <Section title={say.history}>
            <History name={job.name} />
          </Section>
        </>
      )}
    </Panel>
  );
}

function Tasks({ job, onPause }: { readonly job: JobView; readonly onPause: () => void }) {
  const me = useMe();
  const run = useRunJobNow();
  const resume = useResumeJob();
  const mayKeep = hasAnyRole(me, ['controller', 'admin']);
  const error = run.error ?? resume.error;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {hasAnyRole(me, ['operator', 'admin', 'controller']) ? (
          <Button kind="primary" busy={run.isPending} onClick={() => run.mutate({ name: job.name })}>
            {say.runNow}
          </Button>
        ) : null}
        {mayKeep && job.state === 'paused' ? (
          <Button busy={resume.isPending} onClick={() => resume.mutate({ name: job.name })}>
            {say.resume}
          </Button>
        ) : null}
        {mayKeep && job.state !== 'paused' ? (
          <Button kind="danger" onClick={onPause}>
            {say.pause}
          </Button>
        ) : null}
        {job.pausedBy === null ? null : <span className="text-soft">{say.pausedBy(job.pausedBy)}</span>}
      </div>
      {error ? <ErrorNote error={error} /> : null}
    </>
  );
}

function PauseJob({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const pause = usePauseJob();
  return (
    <PanelTask title={say.pausing.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.pausing.consequence}
        submit={say.pausing.submit}
        busy={pause.isPending}
        error={pause.error}
        onSubmit={(reason) => pause.mutate({ name, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

function History({ name }: { readonly name: string }) {
  const { query, runs } = useJobHistory(name);
  if (query.isPending) return <LoadingLines lines={4} />;
  if (query.isError) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (runs.length === 0) return <p className="text-soft">{say.noHistory}</p>;
  return (
    <>
      <ul className="flex flex-col">
        {runs.map((run) => (
          <Run key={run.run} run={run} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.ui.showMore}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Run({ run }: { readonly run: JobRun }) {
  const bad = run.outcome === 'failed' || run.outcome === 'lost';
  return (
    <li className="flex flex-col border-b border-line py-1.5 last:border-0">
      <span className="flex justify-between gap-3">
        <span className={bad ? 'text-red' : ''}>{run.outcome === null ? say.running : say.outcome[run.outcome]}</span>
        <Ago atMs={run.startedAtMs} />
      </span>
      <span className="text-xs text-soft">
        {run.summary === null ? '' : `${run.summary} · `}
        {say.cause[run.cause]} · {run.holder}
      </span>
    </li>
  );
}
