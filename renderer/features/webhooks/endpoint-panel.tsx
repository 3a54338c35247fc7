import { useState } from 'react';
import type { WebhookEndpoint } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { Consequence, ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { Deliveries } from './deliveries.tsx';
import { EndpointState, eventsText } from './endpoint-state.tsx';
import { useConfirm, useDisable, useEnable, usePing, useRemove } from './use-webhooks.ts';

const say = words.webhooks;

interface Props {
  readonly endpoint: WebhookEndpoint;
  readonly publicKey: string | null;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

type Task = 'disable' | 'remove' | null;

export function EndpointPanel({ endpoint, publicKey, mayChange, onClose }: Props) {
  const [task, setTask] = useState<Task>(null);
  const done = () => setTask(null);
  return (
    <Panel
      of={`${endpoint.id} ${task}`}
      label={endpoint.description}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold break-words">{endpoint.description}</h2>
          <EndpointState endpoint={endpoint} />
        </>
      }
      footer={mayChange && task === null ? <Actions endpoint={endpoint} onTask={setTask} /> : null}
    >
      {task === 'disable' ? <DisableTask endpoint={endpoint} onDone={done} /> : null}
      {task === 'remove' ? <RemoveTask endpoint={endpoint} onDone={done} onGone={onClose} /> : null}
      {task === null ? (
        <>
          {endpoint.disabledBecause === null ? null : (
            <Consequence>{say.disabledBecause(endpoint.disabledBecause)}</Consequence>
          )}
          <Facts>
            <Fact name={say.url}>
              <span className="font-mono text-xs">{endpoint.url}</span>
            </Fact>
            <Fact name={say.events}>{eventsText(endpoint.events)}</Fact>
            <Fact name={say.proposedBy}>
              {endpoint.createdBy} · <Moment atMs={endpoint.createdAtMs} />
            </Fact>
            {endpoint.confirmedBy === null ? null : <Fact name={say.confirmedBy}>{endpoint.confirmedBy}</Fact>}
            {publicKey === null ? null : (
              <Fact name={say.publicKey}>
                <FullAddress address={publicKey} />
                <span className="block text-xs text-soft">{say.publicKeyNote}</span>
              </Fact>
            )}
          </Facts>
          {endpoint.status === 'proposed' ? null : (
            <Section title={say.deliveries}>
              <Deliveries endpointId={endpoint.id} mayResend={mayChange && endpoint.status === 'active'} />
            </Section>
          )}
        </>
      ) : null}
    </Panel>
  );
}

function Actions({ endpoint, onTask }: { readonly endpoint: WebhookEndpoint; readonly onTask: (task: Task) => void }) {
  const { id, version, status, mayConfirm } = endpoint;
  const confirm = useConfirm();
  const enable = useEnable();
  const ping = usePing();
  const error = confirm.error ?? enable.error ?? ping.error;
  return (
    <>
      {error ? <ErrorNote error={error} /> : null}
      {ping.isSuccess && status === 'active' ? <GoodNote>{say.pinged}</GoodNote> : null}
      {status === 'proposed' ? (
        <p className="text-xs text-soft">{mayConfirm ? say.confirmNote : say.ownProposal}</p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {mayConfirm ? (
          <Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate({ id, version })}>
            {say.confirm}
          </Button>
        ) : null}
        {status === 'active' ? (
          <>
            <Button busy={ping.isPending} onClick={() => ping.mutate({ id })}>
              {say.ping}
            </Button>
            <Button onClick={() => onTask('disable')}>{say.disable}</Button>
          </>
        ) : null}
        {status === 'disabled' ? (
          <Button kind="primary" busy={enable.isPending} onClick={() => enable.mutate({ id, version })}>
            {say.enable}
          </Button>
        ) : null}
        <Button kind="danger" onClick={() => onTask('remove')}>
          {say.remove}
        </Button>
      </div>
    </>
  );
}

interface TaskProps {
  readonly endpoint: WebhookEndpoint;
  readonly onDone: () => void;
}

function DisableTask({ endpoint: { id, version }, onDone }: TaskProps) {
  const disable = useDisable();
  return (
    <PanelTask title={say.disable} onCancel={onDone}>
      <ReasonForm
        consequence={say.disableConsequence}
        submit={say.disable}
        busy={disable.isPending}
        error={disable.error}
        onSubmit={(reason) => disable.mutate({ id, version, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

function RemoveTask({ endpoint: { id, version }, onDone, onGone }: TaskProps & { readonly onGone: () => void }) {
  const remove = useRemove();
  return (
    <PanelTask title={say.remove} onCancel={onDone}>
      <ReasonForm
        consequence={say.removeConsequence}
        submit={say.remove}
        busy={remove.isPending}
        error={remove.error}
        onSubmit={(reason) => remove.mutate({ id, version, reason }, { onSuccess: onGone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
