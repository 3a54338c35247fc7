import { type FormEvent, useState } from 'react';
import type { Destination } from '../../../core/contract/index.ts';
import { dataOf } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { DestinationFields } from './destination-fields.tsx';
import { useRails } from './rails.ts';
import { destinationOf, emptyDestination } from './typed-destination.ts';
import { useProposeDestination } from './use-payees.ts';

const say = words.payees.destination;

interface Props {
  readonly payeeId: string;
  /** What the new one takes the place of, if it does. */
  readonly replaces: Destination | null;
  readonly onDone: () => void;
}

export function ProposeForm({ payeeId, replaces, onDone }: Props) {
  const rails = useRails();
  const [typed, setTyped] = useState(() => emptyDestination(replaces?.rail ?? rails[0]));
  const propose = useProposeDestination();
  const destination = destinationOf(typed);
  const why = propose.isError ? dataOf(propose.error).why : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (destination === null || propose.isPending) return;
    propose.mutate(
      { id: payeeId, destination, ...(replaces === null ? {} : { replaces: replaces.id }) },
      { onSuccess: onDone },
    );
  };
  return (
    <PanelTask title={replaces === null ? say.propose : say.replaceTitle} onCancel={onDone}>
      {replaces === null ? null : (
        <div className="rounded-md bg-hover px-3 py-2">
          <FullAddress address={replaces.address} />
        </div>
      )}
      <p className="text-soft">
        {replaces === null ? '' : `${say.replaceLead} `}
        {say.proposeLead}
      </p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <DestinationFields typed={typed} onType={setTyped} problem={typeof why === 'string' ? why : null} autoFocus />
        {propose.isError ? <ErrorNote error={propose.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={propose.isPending} disabled={destination === null}>
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
