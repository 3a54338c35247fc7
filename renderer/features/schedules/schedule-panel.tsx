import { useState } from 'react';
import type { PayoutSchedule } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { ScheduleState } from './schedule-status.tsx';
import { CancelSchedule, DeleteSchedule, EditSchedule, TriggerSchedule } from './schedule-tasks.tsx';
import { useSchedule } from './use-schedules.ts';

const say = words.schedules;
type Task = 'trigger' | 'edit' | 'cancel' | 'delete';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

export function SchedulePanel({ id, onClose }: Props) {
  const { data: schedule, isPending, error, refetch } = useSchedule(id);
  const [task, setTask] = useState<Task | null>(null);
  const done = () => setTask(null);
  return (
    <Panel
      of={`${id} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        schedule ? (
          <>
            <h2 className="text-xl font-semibold">
              <Amount minor={schedule.amountMinor} scale={schedule.scale} code={schedule.assetCode} />
            </h2>
            <p className="truncate text-soft">
              {schedule.payee.name} · {schedule.reference}
            </p>
          </>
        ) : (
          <h2 className="text-base font-semibold">{say.panel}</h2>
        )
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {schedule && task === 'trigger' ? <TriggerSchedule schedule={schedule} onDone={done} /> : null}
      {schedule && task === 'edit' ? <EditSchedule schedule={schedule} onDone={done} /> : null}
      {schedule && task === 'cancel' ? <CancelSchedule schedule={schedule} onDone={done} /> : null}
      {schedule && task === 'delete' ? <DeleteSchedule schedule={schedule} onDone={done} onGone={onClose} /> : null}
      {schedule && task === null ? (
        <>
          <ScheduleFacts schedule={schedule} />
          <Tasks schedule={schedule} onTask={setTask} />
        </>
      ) : null}
    </Panel>
  );
}

function Tasks({ schedule, onTask }: { readonly schedule: PayoutSchedule; readonly onTask: (task: Task) => void }) {
  const me = useMe();
  const { status, writtenBy } = schedule;
  const isOpen = status === 'pending' || status === 'failed';
  const mayWrite = hasAnyRole(me, ['operator']);
  const mayAct = hasAnyRole(me, ['operator', 'controller']);
  return (
    <div className="flex flex-wrap gap-2">
      {isOpen && mayAct ? (
        <Button kind="primary" onClick={() => onTask('trigger')}>
          {say.trigger.title}
        </Button>
      ) : null}
      {isOpen && mayWrite && writtenBy.id === me.staffId ? (
        <Button onClick={() => onTask('edit')}>{say.edit.title}</Button>
      ) : null}
      {isOpen && mayAct ? (
        <Button kind="danger" onClick={() => onTask('cancel')}>
          {say.cancel.title}
        </Button>
      ) : null}
      {(isOpen || status === 'cancelled') && mayWrite ? (
        <Button kind="danger" onClick={() => onTask('delete')}>
          {say.remove.title}
        </Button>
      ) : null}
      {isOpen && mayWrite && writtenBy.id !== me.staffId ? (
        <p className="w-full text-soft">{say.edit.notYours(writtenBy.name)}</p>
      ) : null}
    </div>
  );
}

function ScheduleFacts({ schedule }: { readonly schedule: PayoutSchedule }) {
  const { payoutId, placementId, failureReason } = schedule;
  return (
    <>
      <div className="flex flex-col gap-1">
        <ScheduleState status={schedule.status} />
        <p className="text-soft">{say.meaning[schedule.status]}</p>
        {failureReason === null ? null : (
          <p className="text-red">
            {say.refused}: {failureReason}
          </p>
        )}
      </div>
      <Facts>
        <Fact name={say.due}>
          <Moment atMs={schedule.dueAtMs} />
          {schedule.onGuarantee && placementId !== null ? (
            <span className="block text-soft">{say.onGuarantee(placementId)}</span>
          ) : null}
        </Fact>
        {placementId === null ? null : <Fact name={say.placement}>{placementId}</Fact>}
        <Fact name={words.columns.rail}>{words.rails[schedule.destination.rail]}</Fact>
        <Fact name={words.columns.destination}>
          <FullAddress address={schedule.destination.address} />
        </Fact>
        <Fact name={say.funding}>{say.fundings[schedule.funding]}</Fact>
        <Fact name={say.writtenBy}>{schedule.writtenBy.name}</Fact>
        {schedule.retryCount === 0 ? null : <Fact name={say.tries}>{say.triesOf(schedule.retryCount)}</Fact>}
        {schedule.lastRetryAtMs === null ? null : (
          <Fact name={say.lastTry}>
            <Moment atMs={schedule.lastRetryAtMs} />
          </Fact>
        )}
        {schedule.cancelReason === null ? null : <Fact name={say.cancelReason}>{schedule.cancelReason}</Fact>}
      </Facts>
      {payoutId === null ? null : (
        <div>
          <Button onClick={() => go({ place: 'payouts', open: payoutId, params: {} })}>{say.payout}</Button>
        </div>
      )}
    </>
  );
}
