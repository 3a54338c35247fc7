import type { Destination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { spanText } from '../../ui/time-text.ts';
import { type useConfirmDestinations, useSafeguards } from './use-payees.ts';

/** What happens between a confirmation and the first payment, in words. */
export function useRestAfter(): string {
  const { data } = useSafeguards();
  if (!data) return '';
  const say = words.payees.destination;
  return data.coolOffMs === 0 ? say.noRest : say.restAfter(spanText(data.coolOffMs));
}

interface Props {
  readonly destination: Destination;
  readonly confirm: ReturnType<typeof useConfirmDestinations>;
  readonly onConfirm: () => void;
  /** The key that does the same, where one does. */
  readonly hint?: string | undefined;
}

/** Confirming one destination, or why the person at this desk may not. */
export function ConfirmButton({ destination, confirm, onConfirm, hint }: Props) {
  const rest = useRestAfter();
  if (destination.status !== 'proposed') return null;
  if (!destination.mayConfirm) {
    return (
      <p className="text-sm text-soft">
        {words.payees.confirm.mayNot} {destination.whyNot}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-soft">{rest}</p>
      {confirm.isError ? <ErrorNote error={confirm.error} /> : null}
      <div>
        <Button kind="primary" busy={confirm.isPending} onClick={onConfirm}>
          {words.payees.confirm.one}
          {hint ? <Key>{hint}</Key> : null}
        </Button>
      </div>
    </div>
  );
}
