import type { SyncStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';

const say = words.sync;

/** How it is doing, in a word and a shape. */
export function RailHealth({ status }: { readonly status: SyncStatus }) {
  if (status.paused) return <span className="text-amber">{say.paused}</span>;
  const word = say.health[status.health];
  switch (status.health) {
    case 'off':
    case 'new':
      return <span className="text-faint">{word}</span>;
    case 'ok':
      return (
        <span className="flex items-center gap-1.5 text-green">
          <Icon name="check" />
          {word}
        </span>
      );
    case 'late':
    case 'failing':
      return (
        <span className={`flex items-center gap-1.5 ${status.health === 'late' ? 'text-amber' : 'text-red'}`}>
          <Icon name="warning" />
          {word}
        </span>
      );
  }
}

/** The one thing that matters about it now, if anything does. */
export function RailNote({ status }: { readonly status: SyncStatus }) {
  if (status.reading !== null && status.reading.pages > 1)
    return <span className="text-cyan">{say.readingNow(status.reading.pages, status.reading.records)}</span>;
  if (status.lastError === null || status.failures === 0) return null;
  return (
    <span className={status.health === 'failing' ? 'text-red' : 'text-soft'} title={status.lastError.words}>
      {status.lastError.words}
    </span>
  );
}
