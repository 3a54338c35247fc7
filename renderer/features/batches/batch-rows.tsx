import type { ProviderBatch } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Ago } from '../../ui/time.tsx';

const say = words.batches;

const stateWord = ({ state, withheld }: ProviderBatch) =>
  withheld !== null && state === 'needs_code' ? say.withheld : say.state[state];

/** In the column of what is to be signed. */
export function BatchRows({
  batches,
  shown,
}: {
  readonly batches: readonly ProviderBatch[];
  readonly shown: string | null;
}) {
  return (
    <ul aria-label={say.label}>
      {batches.map((batch) => (
        <li key={batch.id}>
          <button
            type="button"
            aria-current={batch.id === shown ? 'true' : undefined}
            onClick={() => go({ open: batch.id })}
            className={`flex w-full flex-col gap-0.5 border-b border-line px-4 py-2 text-left text-sm hover:bg-hover ${
              batch.id === shown ? 'bg-chosen' : ''
            }`}
          >
            <span className="flex justify-between gap-2">
              <span className="font-medium">{words.signing.payments(batch.payments)}</span>
              <Ago atMs={batch.askedAtMs} />
            </span>
            <span className="flex justify-between gap-2 text-xs text-soft">
              <span className={batch.state === 'needs_code' ? 'font-medium text-amber' : ''}>{stateWord(batch)}</span>
              <span>{words.rails[batch.rail]}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
