import type { Destination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { DestinationFacts } from './destination-facts.tsx';
import { useConfirmDestinations } from './use-payees.ts';

interface Props {
  readonly destination: Destination;
  readonly replaced: Destination | undefined;
  readonly onRetire: (() => void) | undefined;
  readonly onReplace: (() => void) | undefined;
}

/** One destination in its payee's panel, with what may be done to it. */
export function DestinationCard({ destination, replaced, onRetire, onReplace }: Props) {
  const confirm = useConfirmDestinations();
  const retired = destination.status === 'retired';
  return (
    <li className={`flex flex-col gap-3 rounded-md border border-line px-3 py-2.5 ${retired ? 'opacity-80' : ''}`}>
      <DestinationFacts destination={destination} replaced={replaced} />
      <ConfirmButton
        destination={destination}
        confirm={confirm}
        onConfirm={() => confirm.mutate({ destinationIds: [destination.id] })}
      />
      {retired || !(onRetire || onReplace) ? null : (
        <div className="-mx-2 -mb-1 flex gap-1">
          {onReplace && destination.status === 'confirmed' ? (
            <Button kind="quiet" className="h-7 px-2" onClick={onReplace}>
              {words.payees.destination.replace}
            </Button>
          ) : null}
          {onRetire ? (
            <Button kind="quiet" className="h-7 px-2" onClick={onRetire}>
              {destination.status === 'proposed' ? words.payees.destination.decline : words.payees.destination.retire}
            </Button>
          ) : null}
        </div>
      )}
    </li>
  );
}
