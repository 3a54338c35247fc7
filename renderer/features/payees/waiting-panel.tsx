import { useState } from 'react';
import type { WaitingDestination } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { saidConfirmed } from './confirmed-text.ts';
import { DestinationFacts } from './destination-facts.tsx';
import { isOdd } from './payee-flags.tsx';
import { RetireDestination } from './payee-task.tsx';
import { useConfirmDestinations } from './use-payees.ts';

interface Props {
  readonly destination: WaitingDestination;
  readonly onClose: () => void;
  readonly onConfirmed: (text: string) => void;
}

/** One destination, in full, for the person who stands for it. */
export function WaitingPanel({ destination, onClose, onConfirmed }: Props) {
  const me = useMe();
  const [declining, setDeclining] = useState(false);
  const confirm = useConfirmDestinations();
  const onConfirm = () =>
    confirm.mutate({ destinationIds: [destination.id] }, { onSuccess: (result) => onConfirmed(saidConfirmed(result)) });
  // A key is too quick for what has to be compared first.
  const byKey = destination.mayConfirm && !isOdd(destination);
  useCommands(byKey && !declining && !confirm.isPending ? { approve: onConfirm } : {});
  return (
    <Panel
      of={destination.id}
      label={words.payees.confirm.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">
            <a href={hrefOf('payees', destination.payee.id)} className="hover:underline">
              {destination.payee.name}
            </a>
          </h2>
          <p className="truncate text-soft">{destination.payee.reference}</p>
        </>
      }
    >
      {declining ? (
        <RetireDestination destination={destination} onDone={() => setDeclining(false)} />
      ) : (
        <>
          <p className="text-soft">{words.payees.confirm.lead}</p>
          <DestinationFacts destination={destination} />
          <ConfirmButton
            destination={destination}
            confirm={confirm}
            onConfirm={onConfirm}
            hint={byKey ? 'a' : undefined}
          />
          {hasAnyRole(me, ['operator', 'approver', 'admin']) ? (
            <div>
              <Button kind="danger" onClick={() => setDeclining(true)}>
                {words.payees.destination.decline}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Panel>
  );
}
