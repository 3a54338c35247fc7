import { useState } from 'react';
import type { EscrowHold } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { HoldState } from './hold-status.tsx';
import { CancelHold, DeleteHold, EditHold, ReleaseHold } from './hold-tasks.tsx';
import { useHold } from './use-holds.ts';

const say = words.holds;
type Task = 'release' | 'edit' | 'cancel' | 'delete';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

export function HoldPanel({ id, onClose }: Props) {
  const { data: hold, isPending, error, refetch } = useHold(id);
  const [task, setTask] = useState<Task | null>(null);
  const done = () => setTask(null);
  return (
    <Panel
      of={`${id} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        hold ? (
          <>
            <h2 className="text-xl font-semibold">
              <Amount minor={hold.amountMinor} scale={hold.scale} code={hold.assetCode} />
            </h2>
            <p className="truncate text-soft">
              {hold.payee.name} · {hold.reference}
            </p>
          </>
        ) : (
          <h2 className="text-base font-semibold">{say.panel}</h2>
        )
      }
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {hold && task === 'release' ? <ReleaseHold hold={hold} onDone={done} /> : null}
      {hold && task === 'edit' ? <EditHold hold={hold} onDone={done} /> : null}
      {hold && task === 'cancel' ? <CancelHold hold={hold} onDone={done} /> : null}
      {hold && task === 'delete' ? <DeleteHold hold={hold} onDone={done} onGone={onClose} /> : null}
      {hold && task === null ? (
        <>
          <HoldFacts hold={hold} />
          <Tasks hold={hold} onTask={setTask} />
        </>
      ) : null}
    </Panel>
  );
}

function Tasks({ hold, onTask }: { readonly hold: EscrowHold; readonly onTask: (task: Task) => void }) {
  const me = useMe();
  const isActive = hold.status === 'active';
  const mayEnd = isActive && hasAnyRole(me, ['operator', 'controller']);
  return (
    <div className="flex flex-wrap gap-2">
      {mayEnd ? (
        <Button kind="primary" onClick={() => onTask('release')}>
          {say.releasing.title}
        </Button>
      ) : null}
      {isActive && hasAnyRole(me, ['operator']) ? (
        <Button onClick={() => onTask('edit')}>{say.edit.title}</Button>
      ) : null}
      {mayEnd ? (
        <Button kind="danger" onClick={() => onTask('cancel')}>
          {say.cancelling.title}
        </Button>
      ) : null}
      {!isActive && hasAnyRole(me, ['operator']) ? (
        <Button kind="danger" onClick={() => onTask('delete')}>
          {say.remove.title}
        </Button>
      ) : null}
    </div>
  );
}

function HoldFacts({ hold }: { readonly hold: EscrowHold }) {
  return (
    <>
      <div className="flex flex-col gap-1">
        <HoldState status={hold.status} />
        <p className="text-soft">{say.meaning[hold.status]}</p>
      </div>
      <Facts>
        <Fact name={say.release}>
          {hold.releaseAtMs === null ? say.byHand : <Moment atMs={hold.releaseAtMs} />}
          {hold.onGuarantee ? <span className="block text-soft">{say.onGuarantee(hold.placementId)}</span> : null}
        </Fact>
        <Fact name={say.placement}>{hold.placementId}</Fact>
        <Fact name={say.createdBy}>{hold.createdBy}</Fact>
        {hold.closedAtMs === null ? null : (
          <Fact name={say.closed}>
            <Moment atMs={hold.closedAtMs} /> · {hold.closedBy}
          </Fact>
        )}
        {hold.closeReason === null ? null : <Fact name={say.because}>{hold.closeReason}</Fact>}
      </Facts>
    </>
  );
}
