import { type FormEvent, useState } from 'react';
import type { EscrowHold } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { readWhen, WHEN_EMPTY, WhenFields } from '../schedules/when-fields.tsx';
import { RELEASE_KINDS } from './release-kinds.ts';
import { useCancelHold, useDeleteHold, useEditHold, useReleaseHold } from './use-holds.ts';

interface TaskProps {
  readonly hold: EscrowHold;
  readonly onDone: () => void;
}

const amountOf = ({ amountMinor, scale, assetCode }: EscrowHold) =>
  `${amountText(minorOf(amountMinor), scale)} ${assetCode}`;

export function ReleaseHold({ hold, onDone }: TaskProps) {
  const say = words.holds.releasing;
  const release = useReleaseHold();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        kind="primary"
        consequence={say.consequence(amountOf(hold), hold.payee.name)}
        submit={say.submit}
        busy={release.isPending}
        error={release.error}
        onSubmit={(reason) => release.mutate({ id: hold.id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

export function CancelHold({ hold, onDone }: TaskProps) {
  const say = words.holds.cancelling;
  const cancel = useCancelHold();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.consequence(amountOf(hold), hold.payee.name)}
        submit={say.submit}
        busy={cancel.isPending}
        error={cancel.error}
        onSubmit={(reason) => cancel.mutate({ id: hold.id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

export function DeleteHold({ hold, onDone, onGone }: TaskProps & { readonly onGone: () => void }) {
  const say = words.holds.remove;
  const remove = useDeleteHold();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        consequence={say.consequence}
        submit={say.submit}
        busy={remove.isPending}
        error={remove.error}
        onSubmit={(reason) => remove.mutate({ id: hold.id, reason }, { onSuccess: onGone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

export function EditHold({ hold, onDone }: TaskProps) {
  const say = words.holds.edit;
  const edit = useEditHold();
  const [when, setWhen] = useState({ ...WHEN_EMPTY, placementId: hold.placementId });
  const { ready, atMs } = readWhen(when);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || edit.isPending) return;
    edit.mutate(
      {
        id: hold.id,
        version: hold.version,
        ...(when.kind === 'guarantee' ? { onGuarantee: true } : { releaseAtMs: atMs ?? null }),
      },
      { onSuccess: onDone },
    );
  };
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <WhenFields
          label={words.holds.form.release}
          when={when}
          onWhen={setWhen}
          kinds={RELEASE_KINDS}
          asksPlacement={false}
        />
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
