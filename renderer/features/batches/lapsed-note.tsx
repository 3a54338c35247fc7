import type { RailName } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useAskAgain } from './use-batches.ts';

const say = words.batches;

/** Approved payouts wait, and the next batch is only prepared for somebody who will release it. */
export function LapsedNote({ rail }: { readonly rail: RailName }) {
  const me = useMe();
  const ask = useAskAgain();
  return (
    <div className="flex flex-col gap-2 border-b border-line px-4 py-3">
      <p className="text-sm">{say.lapsedWaits(words.rails[rail])}</p>
      <p className="text-xs text-faint">{say.lapsedWaitsNext}</p>
      {hasAnyRole(me, ['signer', 'operator']) ? (
        <Button kind="primary" busy={ask.isPending} onClick={() => ask.mutate({ rail })}>
          {say.askAgain}
        </Button>
      ) : null}
      {ask.error ? <ErrorNote error={ask.error} /> : null}
    </div>
  );
}
