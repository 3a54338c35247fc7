import { useState } from 'react';
import type { Alert } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { AcknowledgeAlert, SnoozeAlert } from './alert-tasks.tsx';
import { type AlertWords, sayAlert } from './alert-words.ts';
import { Severity } from './severity.tsx';
import { useAlert } from './use-alerts.ts';

const say = words.alerts;
type Task = 'acknowledge' | 'snooze';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

export function AlertPanel({ id, onClose }: Props) {
  const { data: alert, isPending, error, refetch } = useAlert(id);
  const [task, setTask] = useState<Task | null>(null);
  const told = alert ? sayAlert(alert.facts) : null;
  const done = () => setTask(null);
  return (
    <Panel
      of={`${id} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold">{told?.title ?? say.panel}</h2>
          {alert ? <Severity alert={alert} /> : null}
        </>
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {alert && task === 'acknowledge' ? <AcknowledgeAlert alert={alert} onDone={done} /> : null}
      {alert && task === 'snooze' ? <SnoozeAlert alert={alert} onDone={done} /> : null}
      {alert && told && task === null ? (
        <>
          <WhatItSays told={told} />
          <Tasks alert={alert} told={told} onTask={setTask} />
          <AlertFactsOf alert={alert} />
        </>
      ) : null}
    </Panel>
  );
}

function WhatItSays({ told }: { readonly told: AlertWords }) {
  return (
    <>
      <Section title={say.cause}>
        <p>{told.cause}</p>
        {told.told === null ? null : <p className="text-soft">{told.told}</p>}
      </Section>
      <Section title={say.safe}>
        <p>{told.safe}</p>
      </Section>
      <Section title={say.next}>
        <p>{told.next}</p>
      </Section>
    </>
  );
}

interface TasksProps {
  readonly alert: Alert;
  readonly told: AlertWords;
  readonly onTask: (task: Task) => void;
}

function Tasks({ alert, told: { link }, onTask }: TasksProps) {
  const me = useMe();
  const mayAct = hasAnyRole(me, ['operator', 'approver', 'signer', 'controller', 'admin']);
  const isOpen = alert.clearedAtMs === null;
  return (
    <div className="flex flex-wrap gap-2">
      {link === null ? null : (
        <Button kind="primary" onClick={() => window.location.assign(link.href)}>
          {link.label}
        </Button>
      )}
      {isOpen && mayAct ? (
        <>
          <Button onClick={() => onTask('acknowledge')}>
            {alert.acknowledged ? say.takeOver : say.acknowledge.title}
          </Button>
          <Button kind="quiet" onClick={() => onTask('snooze')}>
            {say.snooze.title}
          </Button>
        </>
      ) : null}
    </div>
  );
}

function AlertFactsOf({ alert }: { readonly alert: Alert }) {
  const me = useMe();
  const { acknowledged, snoozed } = alert;
  return (
    <>
      <Facts>
        <Fact name={say.since}>
          <Moment atMs={alert.sinceMs} />
        </Fact>
        <Fact name={say.raised}>
          <Moment atMs={alert.raisedAtMs} />
        </Fact>
        {alert.clearedAtMs === null ? null : (
          <Fact name={say.cleared}>
            <Moment atMs={alert.clearedAtMs} />
          </Fact>
        )}
        {acknowledged ? (
          <Fact name={say.acknowledgedBy(acknowledged.by)}>
            “{acknowledged.reason}” <Moment atMs={acknowledged.atMs} />
          </Fact>
        ) : null}
        {snoozed ? (
          <Fact name={say.snoozedUntil}>
            <Moment atMs={snoozed.untilMs} />
            <span className="block text-soft">
              {snoozed.by}: “{snoozed.reason}”
            </span>
          </Fact>
        ) : null}
      </Facts>
      <p className="flex flex-col gap-1 text-xs">
        {hasAnyRole(me, ['admin']) ? (
          <a href={hrefOf('settings', null, { tab: 'alerts' })} className="text-accent hover:underline">
            {say.settings}
          </a>
        ) : null}
        {hasAnyRole(me, ['auditor', 'controller', 'admin']) ? (
          <a href={hrefOf('audit', null, { subject: `alert:${alert.id}` })} className="text-accent hover:underline">
            {say.history}
          </a>
        ) : null}
      </p>
    </>
  );
}
