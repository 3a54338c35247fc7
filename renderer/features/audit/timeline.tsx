import type { TimelineEntry } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Ago } from '../../ui/time.tsx';
import { sayAction } from './actions.ts';

/** What was said about it: a person's reason and evidence, a rail's message. */
function Said({ entry: { details } }: { readonly entry: TimelineEntry }) {
  const { reason, evidence } = details;
  return (
    <>
      {typeof reason === 'string' ? <span className="block break-words">“{reason}”</span> : null}
      {typeof evidence === 'string' ? (
        <span className="block break-words whitespace-pre-wrap text-soft">
          {words.payouts.evidence}: {evidence}
        </span>
      ) : null}
    </>
  );
}

/** What happened to one record, the latest first, refused attempts included. */
export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <ol className="flex flex-col">
      {entries.map((entry) => (
        <li
          key={`${entry.atMs}-${entry.action}-${entry.actor}-${JSON.stringify(entry.details)}`}
          className="relative flex gap-3 pb-3 last:pb-0"
        >
          <span aria-hidden="true" className="absolute top-3 bottom-0 left-[3px] w-px bg-line last:hidden" />
          <span
            aria-hidden="true"
            className={`z-10 mt-1.5 size-[7px] shrink-0 rounded-full ${entry.outcome === 'done' ? 'bg-line-strong' : 'bg-red'}`}
          />
          <span className="min-w-0 flex-1">
            <span className="font-medium">{sayAction(entry.action, entry.details)}</span>
            {entry.outcome === 'refused' ? <span className="ml-1.5 text-red">{words.payouts.refused}</span> : null}
            <span className="block text-soft">{entry.actor}</span>
            <Said entry={entry} />
          </span>
          <Ago atMs={entry.atMs} />
        </li>
      ))}
    </ol>
  );
}
