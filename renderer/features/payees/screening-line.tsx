import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Ago } from '../../ui/time.tsx';

const say = words.payees.screening;

/** What the deny-list said, and when. Only what holds payments back is coloured. */
export function ScreeningLine({ screening }: { readonly screening: Payee['screening'] }) {
  if (screening === null) return <span className="text-faint">{say.never}</span>;
  const bad = screening.status !== 'clear';
  return (
    <span className={bad ? 'text-red' : ''}>
      <span className="flex items-baseline gap-1.5">
        {bad ? <Icon name="warning" className="translate-y-0.5" /> : null}
        <span>
          {say[screening.status]} <Ago atMs={screening.atMs} />
        </span>
      </span>
      {screening.match === null ? null : <span className="block">{say.match(screening.match)}</span>}
      <span className="block truncate font-mono text-2xs text-faint" title={screening.list}>
        {say.list(screening.list)}
      </span>
    </span>
  );
}
