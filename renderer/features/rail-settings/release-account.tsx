import type { ProviderRail } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useReleaseAccount } from './use-providers.ts';

const say = words.providers;

/** Says what it means before it is done; there is no undo but to enter the same keys again. */
export function ReleaseAccount({ rail, onClose }: { readonly rail: ProviderRail; readonly onClose: () => void }) {
  const release = useReleaseAccount();
  return (
    <div className="mt-2 flex flex-col gap-2 rounded-md border border-line px-3 py-2.5">
      <p className="text-soft">{say.releaseLead}</p>
      <p>{say.releaseConsequence}</p>
      {release.error ? <ErrorNote error={release.error} /> : null}
      <div className="flex gap-2">
        <Button kind="danger" busy={release.isPending} onClick={() => release.mutate({ rail }, { onSuccess: onClose })}>
          {say.releaseDo}
        </Button>
        <Button onClick={onClose}>{say.keep}</Button>
      </div>
    </div>
  );
}
