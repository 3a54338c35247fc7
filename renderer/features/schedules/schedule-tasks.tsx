import { type FormEvent, useState } from 'react';
import type { PayoutSchedule } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { Consequence, ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { useCancelSchedule, useDeleteSchedule, useEditSchedule, useTriggerSchedule } from './use-schedules.ts';
import { readWhen, type TypedWhen, WHEN_EMPTY, WhenFields } from './when-fields.tsx';

interface TaskProps {
  readonly schedule: PayoutSchedule;
  readonly onDone: () => void;
}

const amountOf = ({ amountMinor, scale, assetCode }: PayoutSchedule) =>
  `${amountText(minorOf(amountMinor), scale)} ${assetCode}`;

export function TriggerSchedule({ schedule, onDone }: TaskProps) {
  const say = words.schedules.trigger;
  const trigger = useTriggerSchedule();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <Consequence>{say.consequence(amountOf(schedule), schedule.payee.name, schedule.writtenBy.name)}</Consequence>
      {trigger.isError ? <ErrorNote error={trigger.error} /> : null}
      <div className="flex gap-2">
        <Button
          kind="primary"
          busy={trigger.isPending}
          onClick={() => trigger.mutate({ id: schedule.id }, { onSuccess: onDone })}
        >
          {say.submit}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {words.ui.cancel}
        </Button>
      </div>
    </PanelTask>
  );
}

export function CancelSchedule({ schedule, onDone }: TaskProps) {
  const say = words.schedules.cancel;
  const cancel = useCancelSchedule();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.consequence}
        submit={say.submit}
        busy={cancel.isPending}
        error={cancel.error}
        onSubmit={(reason) => cancel.mutate({ id: schedule.id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

export function DeleteSchedule({ schedule, onDone, onGone }: TaskProps & { readonly onGone: () => void }) {
  const say = words.schedules.remove;
  const remove = useDeleteSchedule();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.consequence}
        submit={say.submit}
        busy={remove.isPending}
        error={remove.error}
        onSubmit={(reason) => remove.mutate({ id: schedule.id, reason }, { onSuccess: onGone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

const KEPT = 'keep';

export function EditSchedule({ schedule, onDone }: TaskProps) {
  const say = words.schedules.edit;
  const edit = useEditSchedule();
  const asset = { id: schedule.assetId, code: schedule.assetCode, scale: schedule.scale };
  const [typed, setTyped] = useState(amountText(minorOf(schedule.amountMinor), schedule.scale));
  const [reference, setReference] = useState(schedule.reference);
  const [when, setWhen] = useState<TypedWhen | typeof KEPT>(KEPT);
  const { minor } = typedAmount(typed, asset.scale);
  const read = when === KEPT ? { ready: true } : readWhen({ ...when, placementId: schedule.placementId ?? '' });
  const ready = minor !== null && reference.trim() !== '' && read.ready;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || edit.isPending) return;
    edit.mutate(
      {
        id: schedule.id,
        version: schedule.version,
        amountMinor: minor.toString(),
        reference: reference.trim(),
        ...('atMs' in read && read.atMs !== undefined ? { dueAtMs: read.atMs } : {}),
        ...('onGuarantee' in read ? { onGuarantee: true } : {}),
      },
      { onSuccess: onDone },
    );
  };
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{say.lead}</p>
        <AmountField label={words.request.amount} typed={typed} onType={setTyped} asset={asset} />
        <TextField
          label={words.schedules.form.reference}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        {when === KEPT ? (
          <div>
            <Button onClick={() => setWhen({ ...WHEN_EMPTY, placementId: schedule.placementId ?? '' })}>
              {words.schedules.form.when}…
            </Button>
          </div>
        ) : (
          <WhenFields
            label={words.schedules.form.when}
            when={when}
            onWhen={setWhen}
            kinds={[
              { value: 'at', label: words.when.at },
              ...(schedule.placementId === null ? [] : [{ value: 'guarantee', label: words.when.guarantee } as const]),
            ]}
            asksPlacement={false}
          />
        )}
        {edit.isError ? <ErrorNote error={edit.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={edit.isPending} disabled={!ready}>
            {say.submit}
          </Button>
          <Button kind="quiet" onClick={onDone}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </PanelTask>
  );
}
