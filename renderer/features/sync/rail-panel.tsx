import { useState } from 'react';
import type { RailName, SyncStatus } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago, Moment, Until } from '../../ui/time.tsx';
import { RailHealth } from './rail-health.tsx';
import { usePauseReading, useReadNow, useResumeReading, useSyncStatus } from './use-sync.ts';

const say = words.sync;
const LINK = 'text-accent hover:underline';

export function RailPanel({ rail }: { readonly rail: RailName }) {
  const [pausing, setPausing] = useState(false);
  const { data, isPending } = useSyncStatus();
  const status = data?.find((one) => one.rail === rail);
  return (
    <Panel
      of={`${rail} ${pausing}`}
      label={say.open(words.rails[rail])}
      onClose={() => go({ open: null })}
      title={<h2 className="text-base font-semibold">{words.rails[rail]}</h2>}
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {status && pausing ? <PauseReading rail={rail} onDone={() => setPausing(false)} /> : null}
      {status && !pausing ? (
        <>
          <RailFacts status={status} />
          {status.configured ? (
            <Tasks status={status} onPause={() => setPausing(true)} />
          ) : (
            <p className="text-soft">{say.offNext}</p>
          )}
        </>
      ) : null}
    </Panel>
  );
}

function RailFacts({ status }: { readonly status: SyncStatus }) {
  const { rail, lastOkAtMs, newestAtMs, backOffUntilMs, retryAfterMs, failures, lastError, reading } = status;
  return (
    <Facts>
      <Fact name={words.columns.status}>
        <RailHealth status={status} />
        {reading && reading.pages > 1 ? (
          <span className="block text-soft">{say.readingNow(reading.pages, reading.records)}</span>
        ) : null}
      </Fact>
      <Fact name={say.readAll}>
        {lastOkAtMs === null ? (
          <span className="text-soft">{say.never}</span>
        ) : (
          <>
            <Moment atMs={lastOkAtMs} /> <Ago atMs={lastOkAtMs} />
          </>
        )}
      </Fact>
      <Fact name={say.newest}>
        {newestAtMs === null ? <span className="text-soft">{say.noNewest}</span> : <Moment atMs={newestAtMs} />}
      </Fact>
      {backOffUntilMs === null ? null : (
        <Fact name={say.next}>
          <Moment atMs={backOffUntilMs} /> <Until atMs={backOffUntilMs} />
          <span className="block text-xs text-soft">{retryAfterMs === null ? say.resting : say.leftAlone}</span>
        </Fact>
      )}
      {failures === 0 ? null : <Fact name={say.failures}>{say.failuresOf(failures)}</Fact>}
      {lastError === null ? null : (
        <Fact name={say.lastError}>
          <span className={failures > 0 ? 'text-red' : ''}>{lastError.words}</span>
          <span className="block text-xs">
            <Ago atMs={lastError.atMs} />
          </span>
        </Fact>
      )}
      <Fact name={say.waitingName}>
        <CountLink rail={rail} outcome="open" count={status.waiting} />
      </Fact>
      <Fact name={say.deadName}>
        <CountLink rail={rail} outcome="dead" count={status.dead} />
      </Fact>
      <Fact name={say.job}>
        <a href={hrefOf('jobs', `sync-${rail}`)} className={`font-mono text-xs ${LINK}`}>
          sync-{rail}
        </a>
      </Fact>
    </Facts>
  );
}

function CountLink(props: { readonly rail: RailName; readonly outcome: 'open' | 'dead'; readonly count: number }) {
  const { rail, outcome, count } = props;
  if (count === 0) return <span className="text-soft">{say.noneOf}</span>;
  return (
    <a href={hrefOf('sync', rail, { rail, outcome })} className={`tabular ${LINK}`}>
      {count}
    </a>
  );
}

function Tasks({ status, onPause }: { readonly status: SyncStatus; readonly onPause: () => void }) {
  const { rail, paused, running } = status;
  const me = useMe();
  const run = useReadNow();
  const resume = useResumeReading();
  const mayKeep = hasAnyRole(me, ['controller', 'admin']);
  const error = run.error ?? resume.error;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {hasAnyRole(me, ['operator', 'controller', 'admin']) ? (
          <Button kind="primary" busy={run.isPending || running} onClick={() => run.mutate({ rail })}>
            {say.readNow}
          </Button>
        ) : null}
        {mayKeep && paused ? (
          <Button busy={resume.isPending} onClick={() => resume.mutate({ rail })}>
            {say.resume}
          </Button>
        ) : null}
        {mayKeep && !paused ? (
          <Button kind="danger" onClick={onPause}>
            {say.pause}
          </Button>
        ) : null}
        {paused ? <span className="text-soft">{say.pausedBy(paused.by)}</span> : null}
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {run.data ? (
        <p role="status" className={run.data.outcome === 'ok' ? 'text-soft' : 'text-red'}>
          {run.data.summary}
        </p>
      ) : null}
    </>
  );
}

function PauseReading({ rail, onDone }: { readonly rail: RailName; readonly onDone: () => void }) {
  const pause = usePauseReading();
  return (
    <PanelTask title={say.pausing.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.pausing.consequence}
        submit={say.pausing.submit}
        busy={pause.isPending}
        error={pause.error}
        onSubmit={(reason) => pause.mutate({ rail, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
