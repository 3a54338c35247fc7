import type { Destination, Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { EditPayeeForm } from './edit-payee-form.tsx';
import { ProposeForm } from './propose-form.tsx';
import { useClosePayee, useReopenPayee, useRetireDestination } from './use-payees.ts';

/** What a person has begun to do with the payee in the panel. */
export type PayeeTask =
  | { readonly act: 'edit' | 'close' | 'reopen' }
  | { readonly act: 'propose'; readonly replaces: Destination | null }
  | { readonly act: 'retire'; readonly destination: Destination };

interface Props {
  readonly payee: Payee;
  readonly task: PayeeTask;
  readonly onDone: () => void;
}

export function PayeeTaskForm({ payee, task, onDone }: Props) {
  switch (task.act) {
    case 'edit':
      return <EditPayeeForm payee={payee} onDone={onDone} />;
    case 'close':
      return <ClosePayee id={payee.id} onDone={onDone} />;
    case 'reopen':
      return <ReopenPayee id={payee.id} onDone={onDone} />;
    case 'propose':
      return <ProposeForm payeeId={payee.id} replaces={task.replaces} onDone={onDone} />;
    case 'retire':
      return <RetireDestination destination={task.destination} onDone={onDone} />;
  }
}

function ClosePayee({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const close = useClosePayee();
  const { button, lead, submit } = words.payees.closing;
  return (
    <PanelTask title={button} onCancel={onDone}>
      <ReasonForm
        consequence={lead}
        submit={submit}
        busy={close.isPending}
        error={close.error}
        onSubmit={(reason) => close.mutate({ id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

function ReopenPayee({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const reopen = useReopenPayee();
  const { button, lead, submit } = words.payees.reopening;
  return (
    <PanelTask title={button} onCancel={onDone}>
      <ReasonForm
        consequence={lead}
        submit={submit}
        kind="primary"
        busy={reopen.isPending}
        error={reopen.error}
        onSubmit={(reason) => reopen.mutate({ id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

export function RetireDestination({
  destination,
  onDone,
}: {
  readonly destination: Destination;
  readonly onDone: () => void;
}) {
  const retire = useRetireDestination();
  const say = words.payees.destination;
  const proposed = destination.status === 'proposed';
  return (
    <PanelTask title={proposed ? say.decline : say.retire} onCancel={onDone}>
      <div className="rounded-md bg-hover px-3 py-2">
        <p className="text-xs text-faint">{words.rails[destination.rail]}</p>
        <FullAddress address={destination.address} />
      </div>
      <ReasonForm
        consequence={proposed ? say.declineLead : say.retireLead}
        submit={proposed ? say.declineSubmit : say.retireSubmit}
        busy={retire.isPending}
        error={retire.error}
        onSubmit={(reason) => retire.mutate({ destinationId: destination.id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
